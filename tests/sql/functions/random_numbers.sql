-- duckdb: SELECT random() >= 0 AS a, random() < 1 AS b, typeof(random()) AS c
SELECT rand() >= 0 AS a, random() < 1 AS b, typeof(rand()) AS c
