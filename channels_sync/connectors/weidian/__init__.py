"""Weidian shops."""
