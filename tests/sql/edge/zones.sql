-- An instant in other zones, and as a timestamp in UTC.
SELECT id, tz_utc AT TIME ZONE 'Asia/Tokyo' AS a, CAST(tz_paris AS TIMESTAMP) AS b, CAST(tz_utc AS DATE) AS c FROM {alltypes}
