-- types: any
SELECT age / 10 AS ignored, COUNT(*) AS n FROM (SELECT CAST(FLOOR(age / 10.0) AS BIGINT) * 10 AS age FROM {people}) AS d GROUP BY age
