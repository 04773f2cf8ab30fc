-- Needs scalar functions of ours.
-- formats: parquet
SELECT id, md5(w) AS a, sha1(w) AS b, sha256(w) AS c FROM {words}
