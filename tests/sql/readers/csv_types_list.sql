-- Types by place.
-- duckdb: SELECT * FROM read_csv('readers/mixed.csv', types = ['VARCHAR', 'VARCHAR', 'VARCHAR'], header = true)
SELECT * FROM read_csv('readers/mixed.csv', types = ['VARCHAR', 'VARCHAR', 'VARCHAR'])
