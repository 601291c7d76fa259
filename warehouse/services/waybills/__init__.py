"""Waybills: the intent is committed, then the carrier is called, then the result is committed."""
