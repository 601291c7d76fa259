"""Youzan shops."""
