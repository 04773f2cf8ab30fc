-- formats: parquet, arrow, ipc
SELECT id, SUM(age) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS s,
       MEDIAN(age) OVER (PARTITION BY city ORDER BY id) AS m, LAG(name IGNORE NULLS) OVER (ORDER BY id) AS l FROM {nobody}
