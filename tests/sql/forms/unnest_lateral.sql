-- UNNEST of a column of the table before.
SELECT n.id, q.tag FROM {nested} AS n, UNNEST(n.tags) AS q(tag) WHERE q.tag IS NOT NULL
