-- The names that DuckDB gives to expressions.
SELECT city, count(*), SUM(age), avg(height)+1, max(age)::VARCHAR, count(DISTINCT active) FILTER (WHERE age > 30) FROM {people} GROUP BY city
