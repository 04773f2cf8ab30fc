SELECT id, ls FROM {alltypes}
