-- A list of what only 128 bits hold.
-- types: any
SELECT id, [u64, i64] AS a FROM {alltypes} WHERE id > 2
