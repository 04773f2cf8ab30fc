SELECT id, f32, f64
FROM {alltypes}
WHERE f64 > 0.05 AND f32 <> 3.0
