"""Pinduoduo: POP calls, and its push channel."""
