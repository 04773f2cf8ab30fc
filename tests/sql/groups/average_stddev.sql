-- approx
SELECT item, AVG(qty) AS mean, STDDEV(amount) AS spread, VARIANCE(qty) AS var FROM {purchases} GROUP BY item
