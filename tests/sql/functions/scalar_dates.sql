-- Needs scalar functions of ours.
-- types: any
-- formats: parquet
SELECT id, epoch_ms(ts_us) AS a, epoch_ms(id * 1000) AS b, make_date(2024, 2, CAST(id AS INT)) AS c, make_timestamp(2024, 2, 3, 4, 5, 6.5) AS d,
       date_sub('month', ts_us, TIMESTAMP '2024-03-30 00:00:00') AS e, time_bucket(INTERVAL '2 days', ts_us) AS f, try_strptime(s, '%Y') AS g
FROM {alltypes} WHERE id BETWEEN 3 AND 5
