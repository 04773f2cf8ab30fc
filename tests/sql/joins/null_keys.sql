-- Null matches nothing, not even null.
SELECT p.id, c.country FROM {people} AS p LEFT JOIN {cities} AS c ON p.city = c.city WHERE p.id < 80
