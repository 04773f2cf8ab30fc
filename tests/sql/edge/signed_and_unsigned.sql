-- A comparison of signed with unsigned 64-bit integers is exact.
SELECT id, u64 = i64 AS a, u64 > i64 AS b, u32 = i32 AS c FROM {alltypes}
