-- formats: parquet
SELECT account, quantile_disc(booked, 0.31) AS a, quantile_disc(amount, 0.77) AS b FROM {ledger} GROUP BY account
