SELECT * FROM {cities} AS c POSITIONAL JOIN (SELECT id, name FROM {people} WHERE id <= 9) AS p
