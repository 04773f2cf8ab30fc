-- LATERAL subqueries of one row.
SELECT p.id, v.twice, u.n FROM {people} AS p, LATERAL (SELECT p.age * 2 AS twice) AS v, LATERAL (SELECT count(*) AS n FROM {purchases} AS b WHERE b.person_id = p.id) AS u
