"""What platforms say about refunds: kept, and followed by the order it concerns."""
