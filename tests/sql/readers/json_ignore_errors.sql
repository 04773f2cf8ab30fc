-- A value that does not fit is NULL.
SELECT * FROM read_ndjson('readers/misfit.ndjson', columns = {'a': 'INTEGER', 'b': 'VARCHAR'}, ignore_errors = true)
