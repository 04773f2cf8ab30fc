-- What is exact; few enough values that both engines count them exactly.
SELECT column_name, column_type, min, max, approx_unique, avg, count, null_percentage
FROM (SUMMARIZE SELECT item, qty, paid FROM {purchases})
