SELECT city, COUNT(*) AS n FROM {nobody} GROUP BY city
