-- Folders are no columns.
SELECT * FROM read_parquet('readers/part/**/*.parquet', hive_partitioning = false)
