SELECT map_keys(m) AS a, map_values(m) AS b, map_contains(m, 1) AS c, map_extract(m, 1) AS d, map_extract_value(m, 3) AS e FROM (SELECT histogram(x) AS m FROM (VALUES (1), (1), (2)) AS v(x))
