-- Peers are in the frame together; NULL keys are peers of each other.
SELECT id, age, COUNT(*) OVER (ORDER BY age) AS so_far, SUM(id) OVER (ORDER BY age DESC) AS down,
       SUM(id) OVER (ORDER BY age NULLS FIRST) AS nulls_first,
       SUM(id) OVER (ORDER BY age DESC NULLS FIRST RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS rest,
       COUNT(*) OVER (ORDER BY age RANGE BETWEEN CURRENT ROW AND CURRENT ROW) AS peers
FROM {people}
