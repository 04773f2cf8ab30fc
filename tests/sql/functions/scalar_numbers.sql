-- Needs scalar functions of ours.
-- approx
-- types: any
-- formats: parquet
SELECT id, gcd(id, 12) AS a, lcm(id, 12) AS b, round(id, -1) AS c, sinh(height) AS d, gamma(height) AS e, round_even(height, 1) AS f FROM {people}
