-- What a round gives is cast to the types of the first part; a NULL there is an INTEGER.
WITH RECURSIVE r AS (
  SELECT 1::SMALLINT AS n, NULL AS m, 1.5::DECIMAL(6, 2) AS d
  UNION ALL
  SELECT n + 1, n * 2, d * 2 FROM r WHERE n < 5
)
SELECT n, m, d, typeof(n) AS tn, typeof(m) AS tm, typeof(d) AS td FROM r
