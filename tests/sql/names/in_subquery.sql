-- A name that was given can be referred to.
SELECT "max(age)", "count_star()" FROM (SELECT city, max(age), count(*) FROM {people} GROUP BY city) AS q WHERE "count_star()" > 1
