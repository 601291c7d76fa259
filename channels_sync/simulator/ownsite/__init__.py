"""A shop of one's own that speaks the signed webhook contract, version 1."""
