-- formats: parquet
SELECT id, list_reduce(scores, (x, y) -> x + y) AS a, list_where(tags, list_transform(tags, t -> t > 't0')) AS b, list_sort(list_intersect(scores, [0, 1, 2, 3])) AS c FROM {nested} WHERE len(scores) > 0
