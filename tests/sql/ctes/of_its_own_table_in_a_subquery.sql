-- Outside of the subquery the name is the table's.
SELECT (SELECT COUNT(*) FROM people) AS everyone, t.n AS young
FROM (WITH people AS (SELECT * FROM people WHERE age < 30) SELECT COUNT(*) AS n FROM people) AS t
