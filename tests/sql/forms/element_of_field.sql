SELECT n.items[1].sku AS a, n.address.geo.lat AS b FROM {nested} AS n
