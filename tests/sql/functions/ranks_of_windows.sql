-- formats: parquet
-- approx
SELECT id, percent_rank() OVER (PARTITION BY city ORDER BY id) AS a, cume_dist() OVER (PARTITION BY city ORDER BY id) AS b, nth_value(id, 2) OVER (PARTITION BY city ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS c FROM {people}
