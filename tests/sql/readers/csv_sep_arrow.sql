-- => in the place of =, and another name of the option.
SELECT * FROM read_csv('readers/semicolon.csv', sep => ';')
