-- The remainder and the whole quotient of a division by zero are null.
-- types: any
SELECT 1 % 0 AS a, 1 // 0 AS b, mod(5, 0) AS c
