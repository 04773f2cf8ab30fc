SELECT c.city, o.name, o.age
FROM {cities} AS c CROSS JOIN LATERAL (SELECT name, age FROM {people} AS p WHERE p.city = c.city ORDER BY 2 DESC NULLS FIRST, 1 LIMIT 3 OFFSET 1) AS o
