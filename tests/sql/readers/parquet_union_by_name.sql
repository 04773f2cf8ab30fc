-- Files of different columns.
SELECT * FROM read_parquet('readers/union/*.parquet', union_by_name = true)
