-- Groups in several partitions, by one key and by two, with a null among them.
-- duckdb: SELECT COUNT(*) AS n, SUM(c) AS rows, SUM(s) AS total, MAX(c) AS most, COUNT(k) AS keys FROM (SELECT NULLIF(g % 300007, 5) AS k, g % 2 AS h, COUNT(*) AS c, SUM(g) AS s FROM generate_series(1, 700000) AS t(g) GROUP BY k, h UNION ALL SELECT NULLIF(g % 300007, 5), 0, COUNT(*), SUM(g) FROM generate_series(1, 700000) AS t(g) GROUP BY 1)
-- types: any
-- large
SELECT COUNT(*) AS n, SUM(c) AS rows, SUM(s) AS total, MAX(c) AS most, COUNT(k) AS keys FROM (SELECT NULLIF(t.generate_series % 300007, 5) AS k, t.generate_series % 2 AS h, COUNT(*) AS c, SUM(t.generate_series) AS s FROM generate_series(1, 700000) AS t GROUP BY 1, 2 UNION ALL SELECT NULLIF(t.generate_series % 300007, 5), 0, COUNT(*), SUM(t.generate_series) FROM generate_series(1, 700000) AS t GROUP BY 1) AS u
