//! `docs/sql.md` says what the registry has.

#[test]
fn the_table_of_functions_is_that_of_the_registry() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/sql.md");
    let text = std::fs::read_to_string(path).unwrap();
    let table = polaroid_sql::functions::table();
    assert!(
        text.contains(&table),
        "docs/sql.md: put the output of `cargo run -p polaroid-sql --example functions` in the place of its table"
    );
}
