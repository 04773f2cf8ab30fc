-- duckdb: SELECT id, dur AS micros FROM {alltypes}
SELECT id, CAST(dur AS BIGINT) AS micros FROM {alltypes}
