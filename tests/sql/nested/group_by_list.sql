SELECT tags, COUNT(*) AS n FROM {nested} GROUP BY tags
