-- duckdb: SELECT COUNT(*) AS n, MAX(id) AS high FROM read_ndjson('logs/**/*.ndjson')
SELECT COUNT(*) AS n, MAX(id) AS high FROM 'logs/**/*.ndjson'
