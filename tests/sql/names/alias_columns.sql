-- Names of columns after the name of a table.
SELECT p.a, p.b, p.population FROM {cities} AS p(a, b) WHERE a IS NOT NULL
