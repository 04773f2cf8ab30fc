-- What a round gives is rounded to the type of the first part: of a double half to even.
WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + CASE WHEN n < 5 THEN 0.6::DOUBLE ELSE 1.5::DOUBLE END FROM r WHERE n < 9)
SELECT n FROM r
