SELECT DISTINCT item, paid FROM {purchases}
