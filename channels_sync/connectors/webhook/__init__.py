"""A shop of one's own that sends its orders as signed messages: our own contract."""
