-- duckdb: SELECT COUNT(*) AS n FROM 'hive/**/*.parquet' WHERE year = 2023
SELECT COUNT(*) AS n FROM 'hive/year=2023/**/*.parquet'
