-- ordered
-- duckdb: SELECT city, ARRAY_AGG(id ORDER BY id) AS ids FROM {people} WHERE city IS NOT NULL GROUP BY city ORDER BY city
SELECT city, ARRAY_AGG(id ORDER BY id) AS ids
FROM {people}
WHERE city IS NOT NULL
GROUP BY city
ORDER BY city
