-- duckdb: SELECT COUNT(*) AS n, SUM(age) AS ages FROM 'parquet/people.parquet'
-- types: any
SELECT COUNT(*) AS n, SUM(age) AS ages FROM 'variants/people.csv.zst'
