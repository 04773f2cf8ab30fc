-- Another quote.
-- duckdb: SELECT * FROM read_csv('readers/single.csv', quote = '''', header = true)
SELECT * FROM read_csv('readers/single.csv', quote = '''')
