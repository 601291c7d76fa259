"""The pages on which people bring their lists in: blank, upload, dry run, import, result."""
