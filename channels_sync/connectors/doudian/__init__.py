"""Douyin shops (Doudian)."""
