-- Bytes that are no text come back as they are.
SELECT id, bin FROM {alltypes} WHERE bin IS NOT NULL
