"""Hold a store's day against its platform's own list, heal the gaps, prove what is left."""
