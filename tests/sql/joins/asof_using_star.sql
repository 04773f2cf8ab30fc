SELECT * FROM (SELECT city, id, age FROM {people}) AS p
ASOF LEFT JOIN (SELECT city, min(id) AS id, count(*) AS n FROM {people} GROUP BY city) AS q USING (city, id)
