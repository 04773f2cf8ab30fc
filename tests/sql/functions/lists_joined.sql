SELECT id, tags || ['x'] AS a FROM {nested}
