-- An alias in WHERE.
SELECT id, age * 2 AS twice FROM {people} WHERE twice > 60
