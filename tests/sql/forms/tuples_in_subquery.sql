-- Rows in a subquery.
SELECT p.id FROM {people} AS p WHERE (p.id, p.city) IN (SELECT b.person_id, a.city FROM {purchases} AS b JOIN {people} AS a ON a.id = b.person_id)
