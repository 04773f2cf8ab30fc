-- duckdb: SELECT COUNT(*) AS n FROM 'parquet/people.parquet'
SELECT COUNT(*) AS n FROM read_json('ndjson/people.ndjson')
