-- approx
SELECT item, MEDIAN(amount) AS middle, QUANTILE_CONT(amount, 0.25) AS lower FROM {purchases} GROUP BY item
