-- The columns of the file, its name, the folders.
-- duckdb: SELECT * REPLACE (regexp_replace(filename, '^.*/readers/', 'readers/') AS filename) FROM read_parquet('readers/part/**/*.parquet', filename = true)
SELECT * FROM read_parquet('readers/part/**/*.parquet', filename = true)
