SELECT id, EXISTS (SELECT 1 FROM {cities} WHERE population < 0) AS x FROM {people}
