-- Needs scalar functions of ours.
-- formats: parquet
SELECT mode(item) AS a, mode(qty) FILTER (WHERE paid) AS b FROM {purchases}
