-- The keys of a semi join, too.
SELECT id FROM {people} AS a
WHERE EXISTS (SELECT 1 FROM (SELECT height * 32 AS h FROM {people}) AS b WHERE b.h = a.age)
