-- formats: parquet
-- duckdb: SELECT id, strftime(ts_us, '%Y-%m-%d %H:%M:%S') AS a, strftime(d, '%B %d, %Y') AS b, DATE '2024-03-04' AS c FROM {alltypes} WHERE id <> 6
-- Of PostgreSQL.
SELECT id, to_char(ts_us, 'YYYY-MM-DD HH24:MI:SS') AS a, to_char(d, 'FMMonth DD, YYYY') AS b, to_date('04.03.2024', 'DD.MM.YYYY') AS c FROM {alltypes} WHERE id <> 6
