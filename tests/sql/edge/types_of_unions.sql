-- A union has the type that fits both sides.
-- types: any
SELECT 1 AS a, DATE '2024-01-01' AS b, 1::TINYINT AS c UNION ALL SELECT 2.5, TIMESTAMP '2024-01-01 10:00:00', 300
