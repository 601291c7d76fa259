"""Which warehouse sends what. Pure: candidates in, a decision with its alternatives out."""
