//! Prints the table of functions in docs/sql.md, from the registry.

fn main() {
    print!("{}", polaroid_sql::functions::table());
}
