-- approx
-- types: any
SELECT id, AVG(amount) OVER (ORDER BY booked, id ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS a,
       SUM(amount) OVER (ORDER BY booked, id ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS s,
       AVG(rate) OVER (PARTITION BY account ORDER BY id ROWS 4 PRECEDING) AS r,
       MIN(units) OVER (PARTITION BY account ORDER BY id ROWS 4 PRECEDING) AS low
FROM {ledger}
