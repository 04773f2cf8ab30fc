SELECT account, MIN(amount) AS low, MAX(amount) AS high, MIN(units) AS least FROM {ledger} GROUP BY account
