-- A NULL is no column, and a value that is not there for a group is a NULL.
PIVOT (SELECT city, active, age FROM {people}) ON city USING avg(age) GROUP BY active
