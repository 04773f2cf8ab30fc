-- formats: parquet
SELECT id, to_timestamp(id + 0.5) AS a, to_timestamp(-id) AS b, make_timestamp(id * 1000) AS c, make_timestamp_ms(-id) AS d FROM {people}
