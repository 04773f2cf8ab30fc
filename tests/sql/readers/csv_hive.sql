-- Folders as columns beside a filename; 01 is text, as in DuckDB.
-- duckdb: SELECT a, b, regexp_replace(filename, '^.*/readers/', 'readers/') AS filename, m, year FROM read_csv('readers/part/**/*.csv', filename = true, hive_partitioning = true) WHERE year = 2025
SELECT a, b, filename, m, year FROM read_csv('readers/part/**/*.csv', filename = true, hive_partitioning = true) WHERE year = 2025
