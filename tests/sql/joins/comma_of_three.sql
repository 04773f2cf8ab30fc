SELECT p.id, b.item, c.country
FROM {people} AS p, {purchases} AS b, {cities} AS c
WHERE p.id = b.person_id AND p.city = c.city
