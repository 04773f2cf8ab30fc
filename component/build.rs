//! What the linker is told.

/// Of the heap that an instance begins with, in bytes, rounded up to whole pages: more than `SELECT 1` takes.
///
/// A memory that has grown is made small again before its place is the next request's, and grows there anew. That
/// costs more than a memory of this size does, of which no page is touched before it is used.
const HEAP: usize = 6 << 20;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-cdylib=--initial-heap={HEAP}");
}
