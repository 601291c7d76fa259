"""Acts that may be disputed, appended with the act."""
