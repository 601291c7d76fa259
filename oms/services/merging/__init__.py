"""Several orders of one buyer to one address become one parcel, and can become several again."""
