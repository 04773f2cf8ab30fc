-- formats: parquet
SELECT id, strftime(ts_us, '%Y-%m-%d %H:%M:%S.%f') AS a, strftime(ts_us, '%g|%c|%x') AS b, strftime(d, '%H:%M|%p|%f') AS c,
       strftime('%j', d) AS d, strftime(ts_us, '%a %A %b %B %-j %U %W %y %-d %-m %-H %-I %I %p %%') AS e
FROM {alltypes}
