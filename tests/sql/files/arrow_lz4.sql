-- duckdb: SELECT * FROM 'parquet/people.parquet'
SELECT * FROM 'variants/people_lz4.arrow'
