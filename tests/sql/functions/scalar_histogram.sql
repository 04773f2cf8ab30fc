-- Needs scalar functions of ours.
-- types: any
-- formats: parquet
SELECT item, histogram(qty) AS h FROM {purchases} GROUP BY item
