"""Pages of our own beside the admin."""
