-- The same name twice: the second one gets a suffix, as in a data frame.
-- duckdb: SELECT id, id AS id_1, age AS id_2, max(age) OVER () AS x, min(age) OVER () AS x_1 FROM {people}
SELECT id, id, age AS id, max(age) OVER () AS x, min(age) OVER () AS x FROM {people}
