-- types: any
-- approx
SELECT account, AVG(amount) AS mean FROM {ledger} GROUP BY account
