-- Names of a subquery in another case.
SELECT TOTAL, q.City FROM (SELECT city, sum(age) AS Total FROM {people} GROUP BY CITY) AS Q WHERE total > 0
