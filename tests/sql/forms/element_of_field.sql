SELECT n.tags[1] AS a, n.address.geo.lat AS b, n.address['street'][-2:] AS c FROM {nested} AS n
