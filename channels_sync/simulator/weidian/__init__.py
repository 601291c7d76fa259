"""Weidian: one address for all methods, nothing signed, and everything is a text."""
