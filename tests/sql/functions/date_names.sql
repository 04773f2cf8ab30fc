-- types: any
-- formats: parquet
SELECT id, dayname(d) AS a, monthname(ts_us) AS b, last_day(d) AS c, last_day(tz_paris) AS e, yearweek(d) AS f, isoyear(d) AS g,
       century(d) AS h, decade(d) AS i, millennium(d) AS j, era(d) AS k, weekofyear(d) AS l
FROM {alltypes}
