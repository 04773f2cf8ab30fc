-- types: any
SELECT 1 AS one, 'two' AS two, 3.5 AS three_and_a_half, NULL AS nothing, TRUE AS yes
