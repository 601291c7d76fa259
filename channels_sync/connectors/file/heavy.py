"""The one place where the two heavy libraries are loaded: when a file of their kind is opened.

Together they take half a second and 60 MB, which no web process or worker should pay at its start.
"""

from importlib import import_module
from typing import Any


def openpyxl() -> Any:
    """Return the library that reads XLSX."""
    return import_module("openpyxl")


def arrow() -> Any:
    """Return the library that knows Parquet's types."""
    return import_module("pyarrow")


def parquet() -> Any:
    """Return the library that reads Parquet."""
    return import_module("pyarrow.parquet")
