"""What the warehouse adds to the pages of the core."""
