//! The edge: the only place that names WASI.

mod allocator;
mod answer;
mod lz4;
mod received;
mod records;
mod variables;

use wasip2::http::types::{IncomingRequest, ResponseOutparam};

use crate::catalog::{Catalog, Root};
use crate::config::Config;
use crate::handle::handle;
use crate::record;

struct Component;

#[cfg(not(test))]
wasip2::http::proxy::export!(Component);

impl wasip2::exports::http::incoming_handler::Guest for Component {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let received = received::received(&request);
        let client = answer::open(out, &received.query_id);
        // An instance may serve several requests, one after the other.
        polars_utils::ranged::take_reads();
        let config = variables::config();
        let asked = config.as_ref().is_ok_and(|config| config.records);
        record::begin(asked.then_some(records::write));
        let body = |config: &Config| received::body(request, received.content_length, config.max_body_bytes);
        let catalog = || {
            set_up_engine();
            catalog()
        };
        handle(&received, config, body, catalog, client);
    }
}

fn catalog() -> Catalog {
    let directories = wasip2::filesystem::preopens::get_directories();
    Catalog::new(directories.iter().map(|(_, path)| Root::new(path)).collect())
}

/// Settings of the engine for one thread and a small heap: what Polars keeps ready ahead of the
/// computation, it keeps in memory, and on one thread nothing computes meanwhile.
const ENGINE: [(&str, &str); 5] = [
    ("POLARS_ROW_GROUP_PREFETCH_SIZE", "1"),
    ("POLARS_RECORD_BATCH_PREFETCH_SIZE", "1"),
    ("POLARS_CSV_CHUNK_PREFETCH_LIMIT", "2"),
    ("POLARS_NDJSON_CHUNK_PREFETCH_LIMIT", "2"),
    // As much as is read of the first file, for its schema.
    ("POLARS_CLOUD_FOOTER_READ_SIZE", "65536"),
];

/// Gives the engine its settings. They are variables inside the sandbox; one that the host has set
/// stays.
fn set_up_engine() {
    let spills = std::env::var_os("POLARS_OOC_SPILL_DIR").is_some();
    // Without a place to spill to, a query that outgrows its budget could only fail. So it has no
    // budget: it goes on until the host refuses memory, which is an answer of its own (507).
    let no_budget = (!spills).then_some(("POLARS_OVERRIDE_TOTAL_MEMORY_MB", "1000000000"));
    for (name, value) in ENGINE.into_iter().chain(no_budget) {
        if std::env::var_os(name).is_none() {
            // SAFETY: the sandbox has one thread, and nobody holds a pointer into the environment.
            unsafe { std::env::set_var(name, value) };
        }
    }
}
