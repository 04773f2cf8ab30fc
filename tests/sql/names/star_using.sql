-- A column of USING is there once.
SELECT * FROM (SELECT id, city FROM {people}) AS a LEFT JOIN {cities} AS b USING (city)
