-- types: any
-- formats: parquet
SELECT id, bool_and(active) OVER (PARTITION BY city ORDER BY id) AS a, count_if(active) OVER (PARTITION BY city ORDER BY id) AS b,
       count_if(age > 20) FILTER (WHERE active) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS c
FROM {people}
