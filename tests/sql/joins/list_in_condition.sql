-- formats: parquet
SELECT a.id, b.id AS other FROM {floats} AS a LEFT JOIN {alltypes} AS b ON a.id = b.id AND b.u8 NOT IN (0, 7)
