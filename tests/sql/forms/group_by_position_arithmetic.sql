SELECT age AS a, age + 1 AS b, count(*) AS n FROM {people} GROUP BY 1
