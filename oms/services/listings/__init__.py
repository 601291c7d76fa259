"""For what a shop's listings stand: proposed, changed, taken back, and followed by open orders."""
