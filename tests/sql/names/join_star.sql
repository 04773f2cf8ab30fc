-- Names that two tables have in common.
-- duckdb: SELECT a.id, a.name, b.id AS id_1, b.person_id, b.item FROM {people} AS a JOIN {purchases} AS b ON a.id = b.person_id
SELECT a.id, a.name, b.id, b.person_id, b.item FROM {people} AS a JOIN {purchases} AS b ON a.id = b.person_id
