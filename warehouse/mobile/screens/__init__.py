"""What a station shows, read from the database: the same on every device."""
