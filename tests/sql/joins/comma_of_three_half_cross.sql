-- One pair is a join, the third table is a cross.
SELECT p.id, b.id AS purchase, c.city
FROM {people} AS p, {purchases} AS b, {cities} AS c
WHERE p.id = b.person_id AND b.qty = 9
