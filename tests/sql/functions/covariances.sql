-- formats: parquet
-- approx
SELECT active, covar_pop(age, height) AS a, covar_samp(age, height) AS b, kurtosis_pop(age) AS c, var_samp(age) AS d, log2(count(*)) AS e FROM {people} GROUP BY active
