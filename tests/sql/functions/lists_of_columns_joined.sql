-- `||` of two columns, whose types the text does not tell; NULL with one that is NULL.
SELECT id, tags || tags AS a, scores || scores AS b, list_concat(scores, scores) AS c FROM {nested}
