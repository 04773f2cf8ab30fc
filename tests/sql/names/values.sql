-- VALUES names its columns.
SELECT * FROM (VALUES (1, 'a'), (2, NULL))
