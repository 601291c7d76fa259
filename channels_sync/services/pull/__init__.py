"""Ask platforms for changed orders: window after window, page by page, nothing left out."""
