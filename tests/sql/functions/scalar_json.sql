-- Needs scalar functions of ours.
-- types: any
SELECT json_extract(j, '$.a.b[1]') AS a, j -> 'a' AS b, j ->> 'c' AS c, json_extract_string(j, '$.d') AS d, j -> 'd' AS e, j -> 'a' -> 'b' ->> 1 AS f,
       json_array_length(j -> '$.a.b') AS g, json_valid(j) AS h, json_type(j) AS i, json_keys(j) AS k
FROM (SELECT '{"a": {"b": [1, "x"]}, "c": "y", "d": null}' AS j) AS t
