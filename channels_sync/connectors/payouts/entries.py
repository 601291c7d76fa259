"""From a row of a statement to the entries it tells: money with a sign, and what it is. Pure."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from channels_sync.connectors import exact
from channels_sync.connectors.payouts import codes
from channels_sync.connectors.payouts.guess import bare
from channels_sync.connectors.payouts.options import PayoutField, PayoutOptions
from oms.privacy.text import fold
from oms.tables.cells import Row, is_shortened, moment_of, number_of, one_line

F = PayoutField
_TAOBAO_PREFIX = re.compile(r"T[0-9]+N?P([0-9]{10,})")
"""Alipay writes a Taobao order as T200P and its number."""
_LONGEST_NO, _LONGEST_WORD = 64, 64


class EntryKind(StrEnum):
    """What money of a statement is; the same words as ``PayoutRow.Kind``."""

    INCOME = "income"
    REFUND = "refund"
    FEE = "fee"
    OTHER = "other"


class RowProblem(StrEnum):
    """Why a row cannot be read; the words for people stand in services."""

    NO_TIME = "no_time"
    NO_AMOUNT = "no_amount"
    TOO_FINE = "too_fine"
    SHORTENED = "shortened"
    TOO_LONG = "too_long"
    CURRENCY = "currency"


class UnreadableRow(Exception):
    def __init__(self, problem: RowProblem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Entry:
    """``amount`` is positive where the merchant gets it, in ``currency``; ``at`` is UTC."""

    row: int
    order_no: str
    transaction_no: str
    kind: EntryKind
    amount: Decimal
    currency: str
    at: datetime
    word: str

    def content(self) -> bytes:
        """Return what makes it this entry and no other, wherever in a file it stands."""
        parts = (
            *(self.transaction_no, self.order_no, self.kind, exact.plain(self.amount)),
            *(self.currency, self.at.isoformat(), "" if self.transaction_no else self.word),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).digest()


def is_end(row: Row) -> bool:
    """Tell whether the entries are over and the bill's own sums begin."""
    return _first(row).startswith(codes.END_WORDS)


def entries_of(row: Row, options: PayoutOptions) -> list[Entry]:
    """Return the entries of a row: none for a sum or an empty one, several where a fee stands
    beside the amount.

    :raises UnreadableRow: if it holds money and cannot be understood
    """
    if _first(row).lower().startswith(codes.SUM_WORDS):
        return []
    parts = list(_parts(row, options))
    if not parts:
        return []
    order_no, transaction_no = _number(row, F.ORDER_NO, options), _transaction(row, options)
    at = _at(row, options)
    _check_currency(row, options)
    word = one_line(_text(row, F.WORD, options))[:_LONGEST_WORD]
    return [
        Entry(
            row=row.number,
            order_no=order_no,
            transaction_no=transaction_no,
            kind=kind or kind_of(word, amount, has_order=bool(order_no)),
            amount=amount,
            currency=options.currency,
            at=at,
            word=word,
        )
        for kind, amount in parts
    ]


def kind_of(word: str, amount: Decimal, *, has_order: bool) -> EntryKind:
    """Say what an entry is by the platform's word for it, else by its sign."""
    plain = fold(word)
    for kind, known in (
        (EntryKind.FEE, codes.FEE_WORDS),
        (EntryKind.REFUND, codes.REFUND_WORDS),
        (EntryKind.OTHER, codes.OTHER_WORDS),
        (EntryKind.INCOME, codes.INCOME_WORDS),
    ):
        if any(each in plain for each in known):
            return kind
    return EntryKind.INCOME if has_order and amount > 0 else EntryKind.OTHER


def _parts(row: Row, options: PayoutOptions) -> Iterator[tuple[EntryKind | None, Decimal]]:
    """Yield the amounts that are not zero; None where the word says what it is."""
    amount = _amount(row, F.AMOUNT, options)
    if amount and _is_out(row, options):
        amount = -abs(amount)
    income, outgo = _amount(row, F.INCOME, options), _amount(row, F.OUTGO, options)
    for found in (amount, abs(income), -abs(outgo)):
        if found:
            yield None, found
    if refund := _amount(row, F.REFUND, options):
        yield EntryKind.REFUND, -abs(refund)
    if fee := _amount(row, F.FEE, options):
        yield EntryKind.FEE, fee if options.fees_deducted else -fee


def _is_out(row: Row, options: PayoutOptions) -> bool:
    return fold(_text(row, F.DIRECTION, options)).startswith(codes.OUT_WORDS)


def _amount(row: Row, field: PayoutField, options: PayoutOptions) -> Decimal:
    text = _text(row, field, options)
    if text in codes.NO_TEXT:
        return Decimal(0)
    try:
        number = number_of(text.replace(" ", ""), options)
    except ValueError:
        raise UnreadableRow(RowProblem.NO_AMOUNT) from None
    if number is None:
        return Decimal(0)
    if not exact.fits(number, 2):
        raise UnreadableRow(RowProblem.TOO_FINE)
    return number


def _at(row: Row, options: PayoutOptions) -> datetime:
    cell = row.cells.get(options.columns.get(F.AT, ""))
    try:
        moment = moment_of(cell if isinstance(cell, datetime) else bare(cell), options)
    except ValueError:
        raise UnreadableRow(RowProblem.NO_TIME) from None
    if moment is None:
        raise UnreadableRow(RowProblem.NO_TIME)
    return moment


def _check_currency(row: Row, options: PayoutOptions) -> None:
    """One statement is in one money: sums across two would say nothing."""
    told = _text(row, F.CURRENCY, options).upper()
    if told and codes.CURRENCIES.get(told, told) != options.currency:
        raise UnreadableRow(RowProblem.CURRENCY)


def _transaction(row: Row, options: PayoutOptions) -> str:
    """A refund's own number tells two refunds of one payment apart."""
    numbers = (_number(row, field, options) for field in (F.TRANSACTION_NO, F.REFUND_NO))
    joined = "/".join(number for number in numbers if number)
    return joined if len(joined) <= 2 * _LONGEST_NO else joined[: 2 * _LONGEST_NO]


def _number(row: Row, field: PayoutField, options: PayoutOptions) -> str:
    text = one_line(_text(row, field, options))
    if text in codes.NO_TEXT or text == "0":
        return ""
    if is_shortened(text):
        raise UnreadableRow(RowProblem.SHORTENED)
    if len(text) > _LONGEST_NO:
        raise UnreadableRow(RowProblem.TOO_LONG)
    taobao = _TAOBAO_PREFIX.fullmatch(text)
    return taobao[1] if taobao else text


def _text(row: Row, field: PayoutField, options: PayoutOptions) -> str:
    column = options.columns.get(field)
    return bare(row.cells.get(column)) if column else ""


def _first(row: Row) -> str:
    return bare(next(iter(row.cells.values()), ""))
