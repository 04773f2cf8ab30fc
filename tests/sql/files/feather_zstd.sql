-- duckdb: SELECT * FROM 'parquet/people.parquet'
SELECT * FROM 'variants/people.feather'
