//! Any text: the same checks as in tests/fuzz.rs.

#![no_main]

#[path = "../../tests/fuzz/front_end.rs"]
mod front_end;

use libfuzzer_sys::fuzz_target;
use polaroid_sql::params::Params;

fuzz_target!(|sql: &str| {
    if let Err(error) = front_end::run(sql, &Params::None) {
        panic!("{error}\n{sql}");
    }
});
