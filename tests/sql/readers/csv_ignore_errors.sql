-- A row with a value that does not fit is left out.
SELECT * FROM read_csv('readers/mixed.csv', types = {'id': 'INTEGER', 'flag': 'BOOLEAN'}, ignore_errors = true, header = true)
