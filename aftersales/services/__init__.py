"""What may be done with a case. Each service locks the order first, then the case."""
