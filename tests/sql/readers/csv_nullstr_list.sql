-- Several texts for NULL, in quotes or not.
SELECT a, b FROM read_csv('readers/nulls.csv', nullstr = ['NA', '-', ''], types = {'a': 'INTEGER'}, header = true)
