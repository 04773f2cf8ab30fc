-- The names of a common table expression.
WITH q AS (SELECT city, age + 1 FROM {people}) SELECT "(age + 1)" AS n FROM q
