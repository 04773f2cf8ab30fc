-- Needs scalar functions of ours.
-- types: any
-- formats: parquet
SELECT min(r) >= 0 AND max(r) < 1 AND count(DISTINCT r) > 190 AS ok, count(DISTINCT u) AS n, min(len(u)) AS l
FROM (SELECT random() AS r, CAST(uuid() AS VARCHAR) AS u FROM {people}) AS t
