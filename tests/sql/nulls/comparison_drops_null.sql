-- city <> 'Oslo' is not true for a null city.
SELECT COUNT(*) AS n FROM {people} WHERE city <> 'Oslo'
