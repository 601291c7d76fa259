"""The one place where the heavy libraries are loaded: when a file of their kind is read or made.

Together they take half a second and 60 MB, which no web process or worker should pay at its start.
"""

from importlib import import_module
from typing import Any


def openpyxl() -> Any:
    """Return the library that reads and writes XLSX."""
    return import_module("openpyxl")


def write_only_cell() -> Any:
    """Return the class of a cell whose type and style are set before it is written."""
    return import_module("openpyxl.cell").WriteOnlyCell


def data_validation() -> Any:
    """Return the class of a list of choices in a cell."""
    return import_module("openpyxl.worksheet.datavalidation").DataValidation


def styles() -> Any:
    """Return the module of fonts and fills."""
    return import_module("openpyxl.styles")


def arrow() -> Any:
    """Return the library that knows Parquet's types."""
    return import_module("pyarrow")


def parquet() -> Any:
    """Return the library that reads Parquet."""
    return import_module("pyarrow.parquet")
