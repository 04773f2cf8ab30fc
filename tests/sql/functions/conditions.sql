-- formats: parquet
-- duckdb: SELECT id, CASE WHEN age > 30 THEN 'a' ELSE 'b' END AS a, coalesce(age, 0) AS b, ifnull(age, 0) AS c FROM {people}
SELECT id, iff(age > 30, 'a', 'b') AS a, nvl(age, 0) AS b, ifnull(age, 0) AS c FROM {people}
