"""What may happen to an order: it comes in, is changed by its channel or by us, is cancelled."""
