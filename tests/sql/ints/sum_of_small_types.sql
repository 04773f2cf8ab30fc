-- A sum is wider than what is summed: it does not wrap.
-- types: any
SELECT SUM(i8) AS s8, SUM(i16) AS s16, SUM(i32) AS s32, SUM(u32) AS su32, AVG(i16) AS mean FROM {alltypes}
