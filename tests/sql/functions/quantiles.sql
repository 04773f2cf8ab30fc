-- approx
SELECT city, quantile_cont(age, 0.3) AS a, quantile_disc(age, 0.3) AS b, quantile(name, 0.5) AS c, quantile_disc(age, 0) AS d,
       quantile_disc(age, 1) AS e, median(age) AS f
FROM {people} GROUP BY city
