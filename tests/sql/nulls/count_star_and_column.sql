SELECT COUNT(*) AS all_rows, COUNT(age) AS ages, COUNT(city) AS cities, COUNT(DISTINCT city) AS different
FROM {people}
