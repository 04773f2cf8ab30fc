-- The count is exact here; of two values it is exact in DuckDB, too.
-- formats: parquet
SELECT city, approx_count_distinct(active) AS a, count(DISTINCT age) AS b FROM {people} GROUP BY city
