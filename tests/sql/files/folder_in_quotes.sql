-- duckdb: SELECT COUNT(*) AS n, MAX(id) AS last_id FROM 'parts/*.parquet'
SELECT COUNT(*) AS n, MAX(id) AS last_id FROM 'parts/'
