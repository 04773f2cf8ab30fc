-- Whole numbers are numbers, 01 is text.
SELECT a, year + 1 AS next, m FROM 'readers/part/**/*.parquet' WHERE m = '01'
