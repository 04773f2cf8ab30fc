SELECT id, d - DATE '2000-01-01' AS a, DATE '2024-03-01' - d AS b, (d - DATE '1970-01-01') * 2 AS c FROM {alltypes}
