"""What goes wrong before the system runs."""


class Problem(Exception):
    """Something the person at the keyboard can put right; the text says how."""
