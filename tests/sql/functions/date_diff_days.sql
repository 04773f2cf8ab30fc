-- formats: parquet
SELECT id, date_diff('day', d, DATE '2000-01-01') AS a, date_diff('week', d, DATE '2000-01-01') AS b, datediff('month', d, DATE '2000-01-01') AS c,
       date_diff('quarter', d, DATE '2000-01-01') AS e, date_diff('year', d, DATE '2000-01-01') AS f, date_diff('decade', d, DATE '2000-01-01') AS g,
       date_diff('century', d, DATE '2000-01-01') AS h, date_diff('day', ts_us, d) AS i
FROM {alltypes}
