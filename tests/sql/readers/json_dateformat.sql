-- Text of the format is a date.
SELECT a, d FROM read_ndjson('readers/typed.ndjson', dateformat = '%d/%m/%Y')
