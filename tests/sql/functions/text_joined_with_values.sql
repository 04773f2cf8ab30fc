SELECT id, x || '|' AS a, concat(x, '/', id, g = 'a') AS b, 'at ' || id AS c FROM {floats}
