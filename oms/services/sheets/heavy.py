"""The one place where the library of workbooks is loaded: when a workbook is read or made.

It takes a third of a second and 30 MB, which no web process or worker should pay at its start.
"""

from importlib import import_module
from typing import Any


def openpyxl() -> Any:
    return import_module("openpyxl")


def write_only_cell() -> Any:
    """Return the class of a cell whose type and style are set before it is written."""
    return import_module("openpyxl.cell").WriteOnlyCell


def data_validation() -> Any:
    """Return the class of a list of choices in a cell."""
    return import_module("openpyxl.worksheet.datavalidation").DataValidation


def styles() -> Any:
    return import_module("openpyxl.styles")
