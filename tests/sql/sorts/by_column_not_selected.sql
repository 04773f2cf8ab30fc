-- ordered
SELECT name FROM {people} ORDER BY height DESC NULLS LAST, id
