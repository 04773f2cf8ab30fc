-- What the error of a sum that does not fit 64 bits says to do.
SELECT g, SUM(CAST(leaves AS DECIMAL(38, 0))) AS s FROM {large} GROUP BY g
