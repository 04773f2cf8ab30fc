-- NaN equals itself, and is greater than all.
SELECT 'nan'::DOUBLE = 'NaN'::DOUBLE AS a, 'nan'::DOUBLE > 'inf'::DOUBLE AS b, 'nan'::DOUBLE < 1 AS c, 'nan'::DOUBLE IN ('nan'::DOUBLE) AS d, isnan('nan'::DOUBLE) AS e, isinf('-inf'::DOUBLE) AS f
