-- Files of different columns, with their names.
-- duckdb: SELECT regexp_replace(filename, '^.*/readers/', 'readers/') AS filename, a, c FROM read_parquet('readers/union/*.parquet', union_by_name = true, filename = true) WHERE a > 2
SELECT filename, a, c FROM read_parquet('readers/union/*.parquet', union_by_name = true, filename = true) WHERE a > 2
