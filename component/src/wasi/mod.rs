//! The edge: the only place that names WASI.

mod allocator;
mod answer;
mod engine;
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
        let catalog = |config: &Config| {
            engine::set_up(config.scratch.as_ref());
            catalog(config)
        };
        handle(&received, config, body, catalog, client);
    }
}

/// The directories that the host gives, but for the one to write to: what lies there is no table.
fn catalog(config: &Config) -> Catalog {
    let scratch = config.scratch.as_ref().map(|scratch| scratch.directory.as_str());
    let directories = wasip2::filesystem::preopens::get_directories();
    let readable = directories.iter().filter(|(_, path)| Some(path.as_str()) != scratch);
    Catalog::new(readable.map(|(_, path)| Root::new(path)).collect())
}
