-- * over a join of tables with a name in common.
-- duckdb: SELECT a.id, a.g, b.id AS id_1, b.g AS g_1 FROM (SELECT id, g FROM {floats}) AS a JOIN (SELECT id, g FROM {floats}) AS b ON a.id = b.id
SELECT * FROM (SELECT id, g FROM {floats}) AS a JOIN (SELECT id, g FROM {floats}) AS b ON a.id = b.id
