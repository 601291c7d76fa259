"""The words that apps share sideways, and their durable delivery."""
