-- types: any
-- formats: parquet
SELECT id, list_sum(li) AS a, list_avg(li) AS b, list_min(li) AS c, list_max(li) AS d, list_first(li) AS e, list_last(li) AS f, list_unique(li) AS g,
       array_length(li) AS h, list_reverse(li) AS i, list_contains(li, 7) AS j, list_has(li, id) AS k, list_extract(li, -1) AS l,
       array_to_string(li, '-') AS m, list_aggregate(li, 'max') AS n
FROM {alltypes}
