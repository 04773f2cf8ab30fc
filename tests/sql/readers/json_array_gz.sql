-- The same, compressed.
SELECT count(*) AS n FROM read_json_auto('readers/array.json.gz', format = 'array')
