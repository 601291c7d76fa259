"""Lists that people keep in Excel: read, tried out, taken over page by page, faults given back."""
