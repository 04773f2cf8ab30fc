SELECT CAST(['a', 'b c', '', 'it''s', 'x,y', 'NULL', NULL, '[z]'] AS VARCHAR) AS a
