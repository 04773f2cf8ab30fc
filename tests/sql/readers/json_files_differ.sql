-- Columns are those of all files.
SELECT a, b, e FROM read_ndjson('readers/more/*.ndjson')
