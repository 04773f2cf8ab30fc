SELECT * FROM {cities} AS c LEFT JOIN LATERAL (SELECT id, age FROM {people} AS p WHERE p.city = c.city AND p.age > 60) AS o ON o.id > 20
