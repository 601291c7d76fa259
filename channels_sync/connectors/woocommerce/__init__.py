"""WooCommerce: the plugin of self-built WordPress shops."""
