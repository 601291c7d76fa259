"""What the warehouse does: each service is one act, in one transaction."""
