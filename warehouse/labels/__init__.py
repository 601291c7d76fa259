"""Parcel labels as PDF: values in, bytes out, no database."""
