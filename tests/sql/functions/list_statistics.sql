-- formats: parquet
-- approx
SELECT id, list_median(scores) AS a, list_stddev_pop(scores) AS b, list_stddev_samp(scores) AS c, list_var_pop(scores) AS d, list_var_samp(scores) AS e, list_product(scores) AS f, list_entropy(scores) AS g, list_mad(scores) AS h, list_sem(scores) AS i FROM {nested}
