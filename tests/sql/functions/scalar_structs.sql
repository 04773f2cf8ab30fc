-- Needs scalar functions of ours.
-- formats: parquet
SELECT id, struct_pack(a := id, b := name) AS a, struct_pack(k := age) AS b FROM {people}
