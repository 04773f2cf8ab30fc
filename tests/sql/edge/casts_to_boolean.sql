-- Numbers and words as booleans.
SELECT 2::BOOLEAN AS a, 0::BOOLEAN AS b, 'yes'::BOOLEAN AS c, 'f'::BOOLEAN AS d, true::INT AS e, false::VARCHAR AS f
