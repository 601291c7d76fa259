"""Which documents go through the warehouse together, from which bins, in which order. Pure."""
