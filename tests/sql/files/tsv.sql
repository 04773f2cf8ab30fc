-- duckdb: SELECT id, name, city FROM 'parquet/people.parquet'
SELECT id, name, city FROM 'variants/people.tsv'
