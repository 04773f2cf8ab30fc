-- Lines before the header.
-- duckdb: SELECT * FROM read_csv('readers/preface.csv', skip = 2, header = true)
SELECT * FROM read_csv('readers/preface.csv', skip = 2)
