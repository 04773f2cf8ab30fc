-- formats: parquet
SELECT id, regexp_extract(s, '(\w+)\s(\w+)', 2) AS a, regexp_extract(s, '.*') AS b, regexp_extract(s, '.*', 0, 's') AS c,
       regexp_extract(s, 'a.+?n') AS d, regexp_extract(s, '\S+$') AS e
FROM {alltypes}
