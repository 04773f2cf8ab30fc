-- A column of USING after a full join has the value of either side.
SELECT * FROM (SELECT id, city FROM {people}) AS a FULL JOIN {cities} AS b USING (city)
