-- Every type as it is stored, nulls and extremes included.
SELECT * EXCLUDE (dur) FROM {alltypes}
