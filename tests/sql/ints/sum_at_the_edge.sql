-- Partial sums leave 64 bits, the sums do not.
SELECT SUM(fits) AS fits, SUM(edges) AS edges FROM {large}
