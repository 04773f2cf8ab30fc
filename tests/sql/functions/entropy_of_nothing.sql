-- formats: parquet
SELECT entropy(age) AS a, entropy(age) FILTER (WHERE age < 0) AS b FROM {nobody}
