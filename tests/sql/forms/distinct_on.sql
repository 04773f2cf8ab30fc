-- The first row of each, in descending order.
SELECT DISTINCT ON (city) city, age, id FROM {people} ORDER BY city, age DESC, id
