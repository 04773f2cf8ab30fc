-- A NaN in a sum is its result; it is the maximum.
SELECT sum(x) AS a, avg(x) AS b, max(x) AS c, min(x) AS d, count(DISTINCT x) AS e FROM {floats}
