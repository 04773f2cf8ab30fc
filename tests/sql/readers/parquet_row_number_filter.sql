-- Row numbers are those of the file, whatever is filtered.
SELECT count(*) AS n, max(file_row_number) AS m FROM read_parquet('parquet/people.parquet', file_row_number = true) WHERE id % 7 = 0
