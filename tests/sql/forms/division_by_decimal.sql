-- A division by a decimal literal.
-- approx
SELECT id, id / 3.0 AS a, 1.0 / 3 AS b FROM {people}
