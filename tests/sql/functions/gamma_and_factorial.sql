-- approx
-- types: any
SELECT factorial(5) AS a, gamma(4.5) AS b, lgamma(10.5) AS c, nextafter(1.0::DOUBLE, 2.0::DOUBLE) AS d
