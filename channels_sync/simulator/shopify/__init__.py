"""A Shopify shop: signed webhooks and as much of the GraphQL Admin API as orders need."""
