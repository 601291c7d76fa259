"""Hold what the platforms paid out against our record, order by order, to the cent."""
