"""Pages of the shop's people outside the back office: light enough for a telephone."""
