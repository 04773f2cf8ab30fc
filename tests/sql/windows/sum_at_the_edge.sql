-- Partial sums leave 64 bits, the sums do not.
SELECT id, SUM(fits) OVER () AS s, SUM(edges) OVER (PARTITION BY g) AS e FROM {large}
