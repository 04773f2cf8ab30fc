-- Halves go away from zero, of floats too.
SELECT id, round(height * 4) AS a, round(-height * 4, 0) AS b, round(height * 8, 1) AS c FROM {people}
