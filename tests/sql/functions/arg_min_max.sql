-- Rows where either is NULL do not count; the keys are unique.
SELECT city, arg_min(name, id) AS a, max_by(name, id) AS b, arg_max(id, name) AS c, min_by(age, id) AS d,
       arg_max(name, id) FILTER (WHERE age < 40) AS e, arg_min_null(age, id) AS f, arg_max_null(age, id) AS g
FROM {people} GROUP BY city
