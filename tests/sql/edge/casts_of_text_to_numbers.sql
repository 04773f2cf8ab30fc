-- Text to numbers.
SELECT '12'::INT AS a, '-7'::BIGINT AS b, '1.5'::DOUBLE AS c, '1e3'::DOUBLE AS d, '2.50'::DECIMAL(5,2) AS e
