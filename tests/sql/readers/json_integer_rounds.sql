-- A number with a fraction is rounded.
SELECT a FROM read_json('readers/typed.ndjson', columns = {'a': 'INTEGER'})
