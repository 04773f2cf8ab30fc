-- Filters at the ends of every signed integer type.
SELECT id, i8, i16, i32, i64
FROM {alltypes}
WHERE i8 = -128 OR i16 = 32767 OR i32 > 2147483640 OR i64 <= -9223372036854775807
