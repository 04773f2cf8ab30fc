-- Digits in quotes on both sides are texts.
SELECT '10' < '9' AS a, '' = NULL AS b, 'a' < 'B' AS c, 'Z' < 'a' AS d
