-- Needs scalar functions of ours.
-- approx
-- types: any
-- formats: parquet
SELECT city, product(height) AS a, mad(age) AS b, skewness(age) AS c, kurtosis(age) AS d, entropy(active) AS e, bit_and(id) AS f, bit_or(id) AS g, bit_xor(id) AS h
FROM {people} GROUP BY city
