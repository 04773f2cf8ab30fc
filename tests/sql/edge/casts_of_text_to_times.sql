-- Text to dates and times in the forms that people write.
SELECT '2024-2-3'::DATE AS a, '2024-01-01T10:00:00'::TIMESTAMP AS b, '2024-01-01 10:00'::TIMESTAMP AS c, '2024-01-01'::TIMESTAMP AS d, '10:00'::TIME AS e
