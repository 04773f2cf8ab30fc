-- ordered
SELECT id, w FROM {words} ORDER BY w NULLS FIRST, id
