-- IS TRUE and IS FALSE are never null.
SELECT id, b IS TRUE AS yes, b IS NOT TRUE AS not_yes, b IS FALSE AS no FROM {alltypes}
