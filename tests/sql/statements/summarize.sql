-- What is exact; DuckDB counts even five values wrong.
SELECT column_name, column_type, min, max, avg, count, null_percentage
FROM (SUMMARIZE SELECT item, qty, paid FROM {purchases})
