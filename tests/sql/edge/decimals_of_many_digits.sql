-- Products keep all digits.
-- types: any
SELECT 1234567890123456789.01 * 10.5 AS a, 0.1 + 0.2 = 0.3 AS b, 0.00000000000000000001 + 1 AS c
