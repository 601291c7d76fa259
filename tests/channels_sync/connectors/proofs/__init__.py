"""One module per platform: ``prove(inputs)`` computes what a vector expects."""
