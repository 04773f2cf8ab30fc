-- IN a list.
SELECT id FROM {nested} WHERE 2 IN scores
