-- No file at all.
-- duckdb: SELECT COUNT(*) AS n, SUM(i) AS s FROM generate_series(1, 1000) AS g(i)
-- types: any
SELECT COUNT(*) AS n, SUM(g.generate_series) AS s FROM generate_series(1, 1000) AS g
