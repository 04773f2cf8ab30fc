-- As any table.
-- duckdb: SELECT 1 AS n
SELECT count(*) AS n FROM glob('readers/union/*.parquet') AS g WHERE g.file LIKE '%1.parquet'
