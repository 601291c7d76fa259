"""Who did what: the acting person, the business timeline, the field-by-field log."""
