-- formats: parquet
SELECT id, decode(encode(w)) AS a, base64(encode(w)) AS b, decode(from_base64(base64(encode(w)))) AS c, url_decode(url_encode(w)) AS d, decode(unhex(hex(w))) AS e FROM {words}
