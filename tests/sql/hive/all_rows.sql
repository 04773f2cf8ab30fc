-- The partitions become columns.
-- duckdb: SELECT id, qty, year, month FROM 'hive/**/*.parquet'
SELECT id, qty, year, month FROM 'hive/**/*.parquet'
