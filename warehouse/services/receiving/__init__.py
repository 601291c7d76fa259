"""The dock for what comes back: opened, counted, graded, booked; and what is nobody's."""
