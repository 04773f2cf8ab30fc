//! The edge: the only place that names WASI.

mod allocator;
mod answer;
mod lz4;
mod received;

use wasip2::http::types::{IncomingRequest, ResponseOutparam};

use crate::catalog::{Catalog, Root};
use crate::config::Config;
use crate::handle::handle;

struct Component;

#[cfg(not(test))]
wasip2::http::proxy::export!(Component);

impl wasip2::exports::http::incoming_handler::Guest for Component {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let received = received::received(&request);
        let client = answer::open(out, &received.query_id);
        let config = Config::read(|name| std::env::var(name).ok());
        let body = || {
            let max = config.as_ref().map_err(Clone::clone)?.max_body_bytes;
            received::body(request, received.content_length, max)
        };
        let catalog = || {
            set_up_engine(config.as_ref().map_err(Clone::clone)?);
            Ok(catalog())
        };
        handle(&received, body, catalog, client);
    }
}

fn catalog() -> Catalog {
    let directories = wasip2::filesystem::preopens::get_directories();
    Catalog::new(directories.iter().map(|(_, path)| Root::new(path)).collect())
}

/// What Polars would ask of a machine and cannot ask of a sandbox. The settings are not variables
/// that users could see: names that begin with `POLARS_` are Polars' own.
fn set_up_engine(config: &Config) {
    let _ = config;
}
