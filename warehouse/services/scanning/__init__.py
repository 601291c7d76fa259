"""The one entrance for scans: resolved, done once, logged with the result."""
