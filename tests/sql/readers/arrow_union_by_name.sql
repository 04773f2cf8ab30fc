-- Arrow files of different columns.
-- duckdb: SELECT * FROM read_parquet('readers/union/*.parquet', union_by_name = true)
SELECT * FROM read_ipc('readers/union/*.arrow', union_by_name = true)
