-- || makes texts of what it joins.
-- types: any
SELECT 'abc' || 1 AS a, 1 || 'x' AS b, NULL || 'x' AS c, DATE '2024-01-01' || '' AS d, true || '!' AS e
