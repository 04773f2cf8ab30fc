-- A file that is an array of objects.
SELECT a, b FROM read_json('readers/array.json')
