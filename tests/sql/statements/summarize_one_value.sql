-- All statistics of one value.
-- formats: parquet
SUMMARIZE SELECT 7 AS i, 2.5::DOUBLE AS f, 'x' AS s, true AS b, DATE '2024-02-29' AS d,
  TIMESTAMP '2024-02-29 12:30:00.5' AS ts, NULL::INTEGER AS n FROM {people} WHERE id < 4
