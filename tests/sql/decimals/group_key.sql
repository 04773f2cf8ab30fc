SELECT d9, COUNT(*) AS n FROM {alltypes} GROUP BY d9
