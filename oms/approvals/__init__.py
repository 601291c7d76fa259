"""Asking for a yes: at most two levels, nobody for himself, delegates by name."""
