"""Add rows up, exactly, so that what was read can be proved to be somewhere. Pure."""

from channels_sync.connectors import exact
from channels_sync.dto import ImportField, ImportOptions, Sums
from oms.tables.cells import Row, number_of, text_of


def add_row(sums: Sums, row: Row, options: ImportOptions) -> None:
    """Count a row in the currency it names, or in that of the mapping."""
    sums.rows += 1
    try:
        quantity = number_of(row.cells.get(options.columns[ImportField.QUANTITY]), options)
        price = number_of(row.cells.get(options.columns[ImportField.UNIT_PRICE]), options)
    except ValueError:
        quantity = price = None
    if quantity is None or price is None:
        sums.unpriced += 1
        return
    told = text_of(row.cells.get(options.columns.get(ImportField.CURRENCY, "")))
    currency = told.upper() or options.currency
    amount = exact.multiply(quantity, price)
    sums.money[currency] = exact.add(sums.money.get(currency, amount * 0), amount)


def merge(sums: Sums, other: Sums) -> None:
    sums.rows += other.rows
    sums.unpriced += other.unpriced
    for currency, amount in other.money.items():
        sums.money[currency] = exact.add(sums.money.get(currency, amount * 0), amount)
