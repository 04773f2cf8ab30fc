-- What fits does not overflow.
SELECT i8 - 1::TINYINT AS a, i16 - 1::SMALLINT AS b, i32 - 1 AS c, i64 - 1 AS d, u8 - 1::UTINYINT AS e FROM {alltypes} WHERE id = 2
