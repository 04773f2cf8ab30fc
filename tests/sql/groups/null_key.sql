-- Null is a group of its own.
SELECT city, COUNT(*) AS n, COUNT(age) AS known FROM {people} GROUP BY city
