"""WooCommerce: a shop of one's own, REST with real statuses, and a host that answers in HTML."""
