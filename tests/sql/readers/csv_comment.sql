-- Lines that are comments.
-- duckdb: SELECT sum(a) AS a, sum(b) AS b FROM read_csv('readers/comment.csv', comment = '#', header = true)
SELECT sum(a) AS a, sum(b) AS b FROM read_csv('readers/comment.csv', comment = '#')
