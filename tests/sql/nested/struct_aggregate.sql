SELECT COUNT(address.zip) AS zips, MAX(address.geo.lat) AS north, MIN(address.geo.lon) AS west FROM {nested}
