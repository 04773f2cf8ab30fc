-- Instants are the same whatever the zone of the column.
SELECT id, tz_utc, tz_paris FROM {alltypes} WHERE tz_utc IS NOT NULL
