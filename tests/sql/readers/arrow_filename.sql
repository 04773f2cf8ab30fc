-- Arrow files with names and folders.
-- duckdb: SELECT * REPLACE (regexp_replace(filename, '^.*/readers/', 'readers/') AS filename) FROM (SELECT * REPLACE (replace(filename, '.parquet', '.arrow') AS filename) FROM read_parquet('readers/part/**/*.parquet', filename = true))
SELECT * FROM read_arrow('readers/part/**/*.arrow', filename = true, hive_partitioning = true)
