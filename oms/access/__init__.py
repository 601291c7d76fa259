"""Who may do what where. Only stores and warehouses are guarded; an order's store decides."""
