-- Names in another case.
SELECT ID, Name AS N, P.AGE FROM {people} AS p WHERE CITY IS NOT NULL ORDER BY iD
