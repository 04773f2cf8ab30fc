-- ordered
-- formats: parquet
SELECT monthname(booked) AS m, count(*) AS n, max(right(account, 1)) AS a
FROM {ledger}
WHERE last_day(booked) <> booked
GROUP BY monthname(booked)
HAVING bool_or(amount > 0) AND count_if(amount > 0) > 5
ORDER BY arg_max(id, id)
