-- approx
-- formats: parquet
SELECT id, epoch(d) AS a, epoch(ts_us) AS b, epoch_us(ts_us) AS c, epoch_ns(ts_ns) AS d, julian(ts_us) AS e, epoch(tz_paris) AS f,
       date_part('epoch', d) AS g, extract(epoch FROM ts_us) AS h
FROM {alltypes}
