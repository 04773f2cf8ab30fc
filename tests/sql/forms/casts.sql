-- Casts of literals, and types by the names of DuckDB.
SELECT 2.5::INT AS a, -2.5::BIGINT AS b, 'true'::BOOLEAN AS c, 1.25::FLOAT AS d, id::DECIMAL AS e FROM {people}
