-- Folders as text.
SELECT a, year, m FROM read_parquet('readers/part/**/*.parquet', hive_types_autocast = false) WHERE year = '2024'
