-- Needs scalar functions of ours.
-- types: any
-- formats: parquet
SELECT id, list_sort(li) AS a, list_reverse_sort(li) AS b, list_sort(list_distinct(li)) AS c, list_slice(li, 1, 2) AS d, len(li) AS f,
       list_concat(li, [9]) AS g, list_append(li, id) AS h, list_prepend(id, li) AS i, list_position(li, 7) AS j, list_has_any(li, [1, 7]) AS k,
       list_has_all(li, [7]) AS l, list_count(li) AS m, [id, 2] AS n
FROM {alltypes}
