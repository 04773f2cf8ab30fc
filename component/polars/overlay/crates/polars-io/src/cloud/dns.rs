//! Empty: names are resolved by the host, behind `wasi:http`.
