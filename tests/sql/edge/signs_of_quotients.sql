-- Whole quotients are truncated, and a remainder has the sign of the dividend.
-- types: any
SELECT 7 // 2 AS a, -7 // 2 AS b, 7 % -3 AS c, -7 % 3 AS d, -7.5::DOUBLE % 2 AS e
