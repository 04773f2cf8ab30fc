-- Needs scalar functions of ours.
-- formats: parquet
SELECT id, list_transform(scores, x -> x * 2 + 1) AS a, list_filter(scores, x -> x > 1 AND x < 8) AS b,
       list_transform(tags, t -> upper(t) || '!') AS c
FROM {nested}
