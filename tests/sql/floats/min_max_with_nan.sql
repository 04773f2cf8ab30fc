-- An order in which NaN is the greatest, as DuckDB and PostgreSQL have it.
SELECT g, MIN(x) AS low, MAX(x) AS high FROM {floats} GROUP BY g
