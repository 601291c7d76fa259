"""What the product costs beside what the same work costs at least. Only ratios count."""
