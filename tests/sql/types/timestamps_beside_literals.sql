-- In every unit, before and after the years of the finest (where DuckDB cannot convert the literal).
-- duckdb: SELECT id, ts_ns::TIMESTAMP < TIMESTAMP '9999-12-31 00:00:00' AS a, ts_ns = TIMESTAMP '1970-01-01 00:00:00' AS b,
-- duckdb: ts_ms = TIMESTAMP '2024-02-29 12:30:15.25' AS c, ts_ms >= TIMESTAMP '2024-02-29 12:30:15.250001' AS d,
-- duckdb: ts_us > TIMESTAMP '1900-01-01 06:00:00' AS e, ts_ns <> TIMESTAMP '1969-12-31 23:59:59.999' AS f,
-- duckdb: ts_ns::TIMESTAMP > TIMESTAMP '1000-01-01 00:00:00' AS g FROM {alltypes}
SELECT id, ts_ns < TIMESTAMP '9999-12-31 00:00:00' AS a, ts_ns = TIMESTAMP '1970-01-01 00:00:00' AS b,
    ts_ms = TIMESTAMP '2024-02-29 12:30:15.25' AS c, ts_ms >= TIMESTAMP '2024-02-29 12:30:15.250001' AS d,
    ts_us > TIMESTAMP '1900-01-01 06:00:00' AS e, ts_ns <> TIMESTAMP '1969-12-31 23:59:59.999' AS f,
    ts_ns > TIMESTAMP '1000-01-01 00:00:00' AS g
FROM {alltypes}
