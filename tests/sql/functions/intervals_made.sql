-- formats: parquet
SELECT moment + to_minutes(90) AS a, moment + to_milliseconds(1500) AS b, moment + to_weeks(1) AS c, moment + to_microseconds(7) AS d FROM {events} WHERE id < 50
