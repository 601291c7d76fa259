"""After-sales' part of the demo: buyers who send something back."""
