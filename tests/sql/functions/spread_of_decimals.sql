-- approx
-- formats: parquet
SELECT account, var_pop(amount) AS a, stddev_pop(rate) AS b FROM {ledger} GROUP BY account
