-- A glob that fits nothing is empty.
-- duckdb: SELECT 0 AS n
SELECT count(*) AS n FROM glob('readers/*.nothing')
