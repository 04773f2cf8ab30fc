-- Each file counts from 0.
SELECT a, file_row_number FROM parquet_scan(['readers/union/1.parquet', 'readers/union/1.parquet'], file_row_number = true)
