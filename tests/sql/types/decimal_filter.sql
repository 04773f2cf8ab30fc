-- Comparisons of decimals with literals of another scale, at the ends of the precision.
SELECT id, d9, d18, d38
FROM {alltypes}
WHERE d9 = 12.3 OR d18 < -99999999999999 OR d38 > 100000000000000000
