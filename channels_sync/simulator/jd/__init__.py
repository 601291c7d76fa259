"""A simulated shop at JD: its router, its misspelt answers, its refusals inside a success."""
