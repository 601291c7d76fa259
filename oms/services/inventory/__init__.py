"""Stock: what may be sold, what is promised, and every change of it written once."""
