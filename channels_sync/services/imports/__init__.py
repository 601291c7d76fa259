"""Files of orders: looked at, tried out, taken in page by page, and proved to the last row."""
