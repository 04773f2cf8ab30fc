-- Columns in another order.
SELECT a, b FROM read_parquet(['readers/union/1.parquet', 'readers/union/3.parquet'])
