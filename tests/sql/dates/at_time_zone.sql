-- types: any
SELECT id, moment_utc AT TIME ZONE 'America/New_York' AS local FROM {events} WHERE id % 500 = 0
