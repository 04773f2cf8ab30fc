-- ordered
-- types: any
SELECT EXTRACT(year FROM booked) AS y, EXTRACT(month FROM booked) AS m, COUNT(*) AS n, SUM(amount) AS total
FROM {ledger}
GROUP BY EXTRACT(year FROM booked), EXTRACT(month FROM booked)
ORDER BY y, m
