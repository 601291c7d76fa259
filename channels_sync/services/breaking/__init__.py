"""A store whose platform answers nothing is left alone for a while; the others notice nothing."""
