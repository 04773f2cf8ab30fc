-- Needs scalar functions of ours.
-- formats: parquet
SELECT id, struct_pack(a := id, b := name) AS a, {'k': id} AS b FROM {people}
