-- CSV and NDJSON know no dates: the day is checked in dates/text_to_date.
SELECT * EXCLUDE (day) FROM {purchases} WHERE item = 'eggs' AND NOT paid
