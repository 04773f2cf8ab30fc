-- columns goes by places in every file.
-- duckdb: SELECT * FROM read_csv('readers/order/*.csv', columns = {'x': 'INTEGER', 'y': 'BIGINT'}, header = true)
SELECT * FROM read_csv('readers/order/*.csv', columns = {'x': 'INTEGER', 'y': 'BIGINT'})
