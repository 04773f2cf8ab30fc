-- LIKE with ESCAPE.
SELECT id, w LIKE '%!%%' ESCAPE '!' AS a, w ILIKE 'A!_%' ESCAPE '!' AS b, w NOT LIKE '%$''%' ESCAPE '$' AS c FROM {words}
