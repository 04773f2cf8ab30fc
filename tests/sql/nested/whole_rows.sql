SELECT * FROM {nested}
