-- Beside a timestamp, and a time, as well.
SELECT id, ts_us > '2024-01-01' AS a, ts_us >= '2024-03-31 01:30:00' AS b, t > '10:00:00' AS c, ts_ms <> '1970-01-01' AS e, tz_utc > '2024-01-01' AS f FROM {alltypes}
