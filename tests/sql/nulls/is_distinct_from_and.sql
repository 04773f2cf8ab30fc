-- AND binds less tightly than IS DISTINCT FROM.
SELECT id FROM {people} WHERE city IS DISTINCT FROM 'Oslo' AND age IS NOT DISTINCT FROM NULL
