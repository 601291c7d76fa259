"""Refunds that Shopify made, and returns that buyers asked for there."""
