-- The place of a row in its file.
-- duckdb: SELECT * REPLACE (regexp_replace(filename, '^.*/readers/', 'readers/') AS filename) FROM read_parquet('readers/part/**/*.parquet', file_row_number = true, filename = true)
SELECT * FROM read_parquet('readers/part/**/*.parquet', file_row_number = true, filename = true)
