-- formats: parquet
SELECT id, struct_extract(st, 'x') AS a FROM {alltypes}
