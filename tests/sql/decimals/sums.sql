-- Sums of decimals are exact.
-- types: any
SELECT account, SUM(amount) AS total, SUM(rate) AS rates, SUM(units) AS units, COUNT(*) AS n
FROM {ledger}
GROUP BY account
