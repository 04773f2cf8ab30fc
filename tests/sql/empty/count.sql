SELECT COUNT(*) AS n FROM {nobody}
