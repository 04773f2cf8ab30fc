-- approx
-- types: any
-- formats: parquet
SELECT city, regr_count(age, height) AS a, regr_avgx(age, height) AS b, regr_avgy(age, height) AS c, regr_sxx(age, height) AS d,
       regr_syy(age, height) AS e, regr_sxy(age, height) AS f, regr_slope(age, height) AS g, regr_intercept(age, height) AS h,
       regr_r2(age, height) AS i
FROM {people} GROUP BY city
