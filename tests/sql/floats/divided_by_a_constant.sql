-- The same as by a column, to the last digit.
SELECT id, id / 3 AS a, age / 7.0::DOUBLE AS b, height / 3 AS c, 5 / 3.0 AS d FROM {people}
