-- Numbers are rounded where they lose digits: decimals half away from zero, doubles half to even.
SELECT 1.5::INT AS a, 2.5::INT AS b, -1.5::INT AS c, 1.5::DOUBLE::INT AS d, 2.5::DOUBLE::INT AS e, 2.345::DECIMAL(5,2) AS f
