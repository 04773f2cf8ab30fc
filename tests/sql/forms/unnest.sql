-- UNNEST drops empty lists.
SELECT id, UNNEST(scores) AS score FROM {nested}
