-- Smallest and largest of each type, from statistics or from data.
SELECT MIN(i8) AS i8_min, MAX(i64) AS i64_max, MIN(u64) AS u64_min, MAX(u64) AS u64_max,
       MIN(d9) AS d9_min, MAX(d38) AS d38_max, MIN(s) AS s_min, MAX(s) AS s_max,
       MIN(d) AS d_min, MAX(d) AS d_max, MIN(t) AS t_min, MAX(ts_ns) AS ns_max, MIN(tz_utc) AS tz_min
FROM {alltypes}
