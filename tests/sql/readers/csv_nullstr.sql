-- A text for NULL takes the place of the empty field.
SELECT * FROM read_csv('readers/nulls.csv', nullstr = 'NA', all_varchar = true, header = true)
