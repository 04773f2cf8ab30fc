-- types: any
-- formats: parquet
SELECT id, millisecond(ts_us) AS a, microsecond(ts_us) AS b, date_part('ms', ts_us) AS c, extract(microseconds FROM t) AS d FROM {alltypes}
