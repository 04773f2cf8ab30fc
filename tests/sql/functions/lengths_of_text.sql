-- formats: parquet
SELECT id, bit_length(w) AS a, ltrim(w) AS b, rtrim(w) AS c, ltrim(w, 'aA') AS d, nfc_normalize(w) AS e FROM {words}
