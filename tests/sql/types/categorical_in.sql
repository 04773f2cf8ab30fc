SELECT id, cat FROM {words} WHERE cat IN ('hi', 'lo') AND v = 'x'
