"""A warehouse's own lists in Excel: its bins, and the stock it starts with."""
