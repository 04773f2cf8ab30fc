-- types: any
SELECT id, CAST(i32 AS BIGINT) AS wide, CAST(i16 AS DOUBLE) AS as_float, CAST(u8 AS VARCHAR) AS as_text,
       CAST(b AS INTEGER) AS as_int, CAST(d9 AS DECIMAL(18, 4)) AS finer
FROM {alltypes}
