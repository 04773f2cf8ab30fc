-- Literals as columns.
-- types: any
SELECT 1, -1, 1.50, 'it''s', NULL, TRUE, DATE '2024-01-31'
