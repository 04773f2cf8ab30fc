-- All columns, by their places; booleans in their many spellings.
-- duckdb: SELECT * FROM read_csv('readers/mixed.csv', columns = {'id': 'VARCHAR', 'word': 'VARCHAR', 'flag': 'BOOLEAN'}, header = true)
SELECT * FROM read_csv('readers/mixed.csv', columns = {'id': 'VARCHAR', 'word': 'VARCHAR', 'flag': 'BOOLEAN'})
