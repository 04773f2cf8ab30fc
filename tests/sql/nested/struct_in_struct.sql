SELECT id, address.geo.lat AS lat FROM {nested} WHERE address.geo.lon < -2
