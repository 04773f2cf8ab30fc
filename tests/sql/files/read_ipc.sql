-- duckdb: SELECT city, population FROM 'parquet/cities.parquet'
SELECT city, population FROM read_ipc('arrow/cities.arrow')
