"""The channels' part of the demo."""
