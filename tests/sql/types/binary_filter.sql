-- duckdb: SELECT id FROM {alltypes} WHERE bin = '\x61\x62\x63'::BLOB
SELECT id FROM {alltypes} WHERE bin = X'616263'
