-- Files of different columns, and of different types in one.
SELECT * FROM read_csv('readers/union/*.csv', union_by_name = true)
