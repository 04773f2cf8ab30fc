-- Folders that are not there.
SELECT * FROM read_parquet('readers/union/1.parquet', hive_partitioning = true)
