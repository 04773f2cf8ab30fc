-- types: any
SELECT city, bool_and(active) AS a, bool_or(active) AS b, bool_and(age > 12) FILTER (WHERE id > 20) AS c,
       count_if(active) AS d, countif(age > 40) FILTER (WHERE active) AS e
FROM {people} GROUP BY city
