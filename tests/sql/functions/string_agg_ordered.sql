-- formats: parquet
SELECT city, string_agg(name, '|' ORDER BY id DESC) AS a, group_concat(name, ';' ORDER BY name) AS b,
       string_agg(age, ',' ORDER BY age DESC, id) AS c, string_agg(DISTINCT active, ',' ORDER BY active) AS d
FROM {people} GROUP BY city
