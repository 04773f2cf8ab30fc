-- formats: parquet
SELECT id, strptime(day, '%Y-%m-%d') AS a, strptime(day || ' 15:30:05.25', '%Y-%m-%d %H:%M:%S.%f') AS b,
       strptime(day || ' 03 PM', '%Y-%m-%d %I %p') AS c, strptime('1/2/69', '%d/%m/%y') AS d
FROM {purchases}
