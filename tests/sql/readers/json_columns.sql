-- Columns with their types, one of which no object has.
SELECT * FROM read_json('readers/typed.ndjson', columns = {'a': 'DECIMAL(5,2)', 'b': 'INTEGER', 'zz': 'VARCHAR', 'l': 'INTEGER[]', 's': 'STRUCT(x INTEGER)'})
