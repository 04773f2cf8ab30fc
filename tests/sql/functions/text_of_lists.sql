SELECT id, CAST(tags AS VARCHAR) AS a, scores::VARCHAR AS b FROM {nested}
