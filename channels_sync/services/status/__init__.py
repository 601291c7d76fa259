"""How every store's line stands: read in a number of queries that does not grow with the stores."""
