-- The condition of the join stands in both sides of OR.
SELECT p.id, c.country FROM {people} AS p, {cities} AS c
WHERE (p.city = c.city AND p.age > 70) OR (p.city = c.city AND p.age < 20)
