-- No condition at all: every pair.
SELECT p.id, c.city FROM {people} AS p, {cities} AS c
