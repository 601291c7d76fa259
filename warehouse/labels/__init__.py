"""Parcel labels and pick lists as PDF: values in, bytes out, no database."""
