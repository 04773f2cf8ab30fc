-- Before 1970, too.
-- formats: parquet
SELECT id, date_diff('hour', ts_us, TIMESTAMP '1970-01-01 00:30:00') AS a, date_diff('minute', ts_us, TIMESTAMP '1970-01-01 00:30:30') AS b,
       date_diff('second', ts_us, TIMESTAMP '1969-12-31 00:30:30.5') AS c, date_diff('millisecond', ts_us, TIMESTAMP '1969-12-31 00:30:30.0005') AS d,
       date_diff('microsecond', ts_us, TIMESTAMP '1969-12-31 00:30:30.0005') AS e
FROM {alltypes}
