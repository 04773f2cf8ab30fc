-- Names for the first columns.
SELECT column1, x FROM read_csv('readers/noheader.csv', header = false, names = ['x'])
