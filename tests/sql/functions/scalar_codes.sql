-- Needs scalar functions of ours.
-- types: any
-- formats: parquet
SELECT id, hex(w) AS a, bin(id) AS b, to_base64(encode(w)) AS c, url_encode(w) AS d, hex(id) AS e, ascii(w) AS f, unicode(w) AS g FROM {words}
