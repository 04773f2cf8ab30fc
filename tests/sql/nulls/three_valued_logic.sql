-- The whole truth table of AND and OR.
SELECT id, active, age > 40 AS older, active AND age > 40 AS both_hold, active OR age > 40 AS either
FROM {people}
WHERE id <= 60
