-- Distances of decimals and doubles, and keys of both.
SELECT id, COUNT(*) OVER (ORDER BY height RANGE BETWEEN 0.0625 PRECEDING AND 0.03125 FOLLOWING) AS near,
       COUNT(*) OVER (ORDER BY age RANGE BETWEEN 1.5 PRECEDING AND CURRENT ROW) AS young FROM {people}
