-- FILTER without WHERE.
SELECT city, count(*) FILTER (age > 30) AS n FROM {people} GROUP BY city
