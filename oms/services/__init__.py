"""The acts of the core. Each opens its transaction, checks the right, and takes ids and ``now``."""
