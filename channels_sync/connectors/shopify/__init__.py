"""Shopify: signed webhooks in, GraphQL Admin API both ways."""
