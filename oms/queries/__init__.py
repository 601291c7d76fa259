"""Reads that pages share, each limited to what the person may see."""
