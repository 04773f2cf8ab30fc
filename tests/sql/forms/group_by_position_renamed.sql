-- A position of a column that has another name in the answer, used in other items.
SELECT p.city AS c, coalesce(p.city, 'nowhere') AS d, p.city IN ('Oslo', 'Lima') AS e, count(*) AS n FROM {people} AS p GROUP BY 1
