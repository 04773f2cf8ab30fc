-- Partial sums leave 64 bits, the sums do not; those of u_fits are the largest that there is.
SELECT g, SUM(fits) AS fits, SUM(edges) AS edges, SUM(u_fits) AS u_fits FROM {large} GROUP BY g
