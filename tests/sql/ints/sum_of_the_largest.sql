-- The largest number of 64 bits.
SELECT SUM(u_fits) AS s FROM {large} WHERE g = 1
