-- Needs scalar functions of ours.
-- formats: parquet
SELECT typeof(b) AS a, typeof(i64) AS b, typeof(f32) AS c, typeof(d9) AS d, typeof(s) AS e, typeof(ts_us) AS f, typeof(tz_utc) AS g, typeof(li) AS h, typeof(st) AS i
FROM {alltypes} LIMIT 1
