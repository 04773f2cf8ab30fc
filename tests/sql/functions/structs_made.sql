-- formats: parquet
SELECT id, struct_insert(st, z := id) AS a FROM {alltypes}
