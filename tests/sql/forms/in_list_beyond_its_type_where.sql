-- As a condition: a NULL is neither in nor out.
SELECT id, i32 FROM {alltypes} WHERE i32 NOT IN (5000000000)
