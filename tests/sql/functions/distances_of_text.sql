-- formats: parquet
-- approx
SELECT id, hamming(kind, reverse(kind)) AS a, jaccard(kind, 'view') AS b FROM {events} WHERE id < 200
