-- Rows in comparisons.
SELECT id, (city, age) = ('Oslo', 30) AS a, (age, id) < (40, 3) AS b, (id, city) IN ((1, 'Oslo'), (2, NULL)) AS c FROM {people}
