-- A sample of a number of rows.
SELECT count(*) AS n FROM {people} USING SAMPLE 5 ROWS
