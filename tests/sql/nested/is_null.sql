SELECT id, li IS NULL AS no_list, ls IS NULL AS no_structs FROM {alltypes}
