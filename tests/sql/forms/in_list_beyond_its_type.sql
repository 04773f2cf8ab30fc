-- Numbers that do not fit the column's type, some or all of them, with NULLs on both sides.
SELECT id, i32 IN (1, 5000000000, NULL) AS a, i32 NOT IN (5000000000, 4) AS b, i32 IN (5000000000) AS c,
       i8 NOT IN (300) AS d, i8 IN (300, -300) AS e, i8 IN (300, NULL) AS f, i16 IN (1.5, 2) AS g
FROM {alltypes}
