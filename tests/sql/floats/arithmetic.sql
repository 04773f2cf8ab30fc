-- approx
SELECT id, height * 2 AS twice, height / 3 AS third, height - 1.5 AS above, ROUND(height, 1) AS rounded,
       FLOOR(height * 10) AS down, CEIL(height * 10) AS up, SQRT(height) AS root
FROM {people}
WHERE height IS NOT NULL
