-- The column alone, and in GROUP BY.
SELECT city, count(id) AS n FROM {people} AS a FULL JOIN {cities} AS b USING (city) GROUP BY city
