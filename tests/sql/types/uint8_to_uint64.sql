-- Unsigned integers keep their range: the largest u64 is not negative.
SELECT id, u8, u16, u32, u64
FROM {alltypes}
WHERE u8 = 255 OR u32 >= 4294967294 OR u64 > 9223372036854775807
