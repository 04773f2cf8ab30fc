SELECT id, address.street AS street, address.zip AS zip FROM {nested} WHERE address.zip IS NOT NULL
