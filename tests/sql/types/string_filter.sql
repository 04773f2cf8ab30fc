SELECT id, s
FROM {alltypes}
WHERE s = '日本語' OR s = '' OR s = 'quote '' and " mark' OR s > 'Ü'
