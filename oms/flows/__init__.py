"""Statuses and their legal moves, as data. Only ``oms.transitions`` acts on them."""
