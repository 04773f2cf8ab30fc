-- Needs scalar functions of ours.
-- formats: parquet
SELECT count(DISTINCT (city, active)) AS a, count(DISTINCT (age, height)) FILTER (WHERE id < 50) AS b FROM {people}
