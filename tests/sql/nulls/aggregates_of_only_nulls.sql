SELECT COUNT(*) AS n, SUM(age) AS s, MIN(age) AS low, MAX(age) AS high
FROM {people}
WHERE age IS NULL
