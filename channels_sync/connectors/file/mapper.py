"""From the rows of one order number to the order, or the cancellation, that they tell of."""

from collections.abc import Callable
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TypeVar

from channels_sync.connectors import exact
from channels_sync.connectors.file.codes import STATUS_WORDS
from channels_sync.dto import (
    CancelledLine,
    History,
    ImportField,
    ImportOptions,
    IncomingCancellation,
    Problem,
    RowGroup,
    Unreadable,
)
from oms.dto import ChannelStatus, IncomingBuyer, IncomingLine, IncomingOrder, PlainReceiver
from oms.privacy.text import clean
from oms.rules.incoming import MAX_AMOUNT, MAX_QUANTITY
from oms.tables.cells import EXTRA, Cell, Row, is_shortened, moment_of, number_of, text_of

F = ImportField
V = TypeVar("V")
_CENT = Decimal("0.01")
_FINEST_PRICE = 6
_FINEST_AMOUNT = 2
_LIMITS = {F.SKU_CODE: 64, F.TITLE: 300, F.LINE_NO: 64}
_LONGEST_TEXT = 2000
_PLACE = {
    "name": F.RECEIVER_NAME,
    "phone": F.RECEIVER_PHONE,
    "province": F.PROVINCE,
    "city": F.CITY,
    "district": F.DISTRICT,
    "street": F.ADDRESS,
    "postcode": F.POSTCODE,
    "country": F.COUNTRY,
}


def is_cancellation(number: str, options: ImportOptions) -> bool:
    return bool(options.cancellation_prefix) and number.startswith(options.cancellation_prefix)


def to_order(group: RowGroup, options: ImportOptions) -> IncomingOrder:
    """Map the rows of an order.

    What is told once per order must be the same in all its rows, but for its time: an order typed
    in over several minutes was placed at the first of them.

    :raises Unreadable: naming the first column that cannot be understood
    """
    _check(group, options)
    sheet = _Sheet(group, options)
    lines = tuple(_line(row, options) for row in group.rows)
    goods = exact.total(exact.multiply(line.unit_price, line.quantity) for line in lines)
    goods = goods.quantize(_CENT, rounding=ROUND_HALF_EVEN)
    status = _status(sheet, options)
    freight, discount = sheet.amount(F.FREIGHT), sheet.amount(F.DISCOUNT)
    paid = sheet.agreed_number(F.PAID_AMOUNT)
    if paid is None:
        is_paid = status is not ChannelStatus.UNPAID
        paid = max(goods + freight - discount, Decimal(0)) if is_paid else Decimal(0)
    ordered = sheet.moments(F.ORDERED_AT)
    return IncomingOrder(
        channel_order_no=group.number,
        channel_status=status,
        raw_status=sheet.text(F.STATUS)[:64],
        channel_modified_at=max([*ordered, *sheet.moments(F.MODIFIED_AT)]),
        ordered_at=min(ordered),
        paid_at=_paid_at(sheet, options, paid=paid, ordered=min(ordered)),
        currency=_currency(sheet, options),
        goods_amount=goods,
        freight=freight,
        seller_discount=discount,
        paid_amount=paid,
        lines=lines,
        receiver=_receiver(sheet),
        buyer=_buyer(sheet),
        buyer_memo=sheet.text(F.BUYER_MEMO),
        seller_memo=sheet.text(F.SELLER_MEMO),
        closed_external=options.history is History.CLOSED_EXTERNAL,
    )


def to_cancellation(group: RowGroup, options: ImportOptions) -> IncomingCancellation:
    """Map the rows of a cancellation, whose quantities are negative.

    :raises Unreadable: naming the first column that cannot be understood
    """
    _check(group, options)
    sheet = _Sheet(group, options)
    return IncomingCancellation(
        number=group.number,
        buyer_ref=sheet.text(F.BUYER_ID, limit=128),
        cancelled_at=min(sheet.moments(F.ORDERED_AT)),
        currency=_currency(sheet, options),
        lines=tuple(_cancelled_line(row, options) for row in group.rows),
    )


class _Sheet:
    """The rows of one order, asked for what they say together."""

    def __init__(self, group: RowGroup, options: ImportOptions) -> None:
        self._rows = group.rows
        self._options = options

    def text(self, field: ImportField, *, limit: int = _LONGEST_TEXT) -> str:
        """Return the one text of all rows; empty if none has any."""
        found = {value for row in self._rows if (value := self._text(row, field))}
        if len(found) > 1:
            raise Unreadable(Problem.ROWS_DISAGREE, self._options.columns[field])
        text = clean(next(iter(found), ""))
        if len(text) > limit:
            raise Unreadable(Problem.TOO_LONG, self._options.columns[field])
        return text

    def agreed_number(self, field: ImportField) -> Decimal | None:
        """Return the one amount of all rows, told in every row or once."""
        numbers = [_read(row, field, self._options, number_of) for row in self._rows]
        found = {value for value in numbers if value is not None}
        if len(found) > 1:
            raise Unreadable(Problem.ROWS_DISAGREE, self._options.columns[field])
        amount = next(iter(found), None)
        if amount is not None:
            _check_fineness(amount, _FINEST_AMOUNT, self._options.columns[field])
        return amount

    def amount(self, field: ImportField) -> Decimal:
        return self.agreed_number(field) or Decimal(0)

    def moments(self, field: ImportField) -> list[datetime]:
        """Return every time told, in UTC; the time of the order must be told at least once."""
        times = [_read(row, field, self._options, moment_of) for row in self._rows]
        told = [time for time in times if time is not None]
        if not told and field is F.ORDERED_AT:
            raise Unreadable(Problem.MISSING, self._options.columns[field])
        return told

    def _text(self, row: Row, field: ImportField) -> str:
        return text_of(_cell(row, field, self._options))


def _check(group: RowGroup, options: ImportOptions) -> None:
    number, where = group.number, options.columns[F.ORDER_NO]
    if not number:
        raise Unreadable(Problem.MISSING, where)
    if number.startswith(options.skipped_prefixes):
        raise Unreadable(Problem.NOT_AN_ORDER, where)
    if is_shortened(number):
        raise Unreadable(Problem.SHORTENED, where)
    if len(number) > 64:
        raise Unreadable(Problem.TOO_LONG, where)
    if group.sums.rows > len(group.rows):
        raise Unreadable(Problem.TOO_MANY_ROWS, where)
    if group.sums.rows > 1 and not options.group_lines:
        raise Unreadable(Problem.REPEATED_NUMBER, where)
    if any(EXTRA in row.cells for row in group.rows):
        raise Unreadable(Problem.EXTRA_CELLS, where)


def _line(row: Row, options: ImportOptions) -> IncomingLine:
    return IncomingLine(
        merchant_code=_required_text(row, F.SKU_CODE, options),
        title=_text(row, F.TITLE, options),
        channel_line_no=_text(row, F.LINE_NO, options) or None,
        quantity=_quantity(row, options),
        unit_price=_price(row, options),
    )


def _cancelled_line(row: Row, options: ImportOptions) -> CancelledLine:
    quantity, price = _quantity(row, options), _price(row, options)
    if not (-MAX_QUANTITY <= quantity < 0 and 0 <= price <= MAX_AMOUNT):
        raise Unreadable(Problem.CANCELLATION_QUANTITY, options.columns[F.QUANTITY])
    return CancelledLine(
        merchant_code=_required_text(row, F.SKU_CODE, options),
        title=_text(row, F.TITLE, options),
        quantity=-quantity,
        unit_price=price,
    )


def _quantity(row: Row, options: ImportOptions) -> int:
    number = _required(row, F.QUANTITY, options, number_of)
    if number != number.to_integral_value() or abs(number) >= 10**9:
        raise Unreadable(Problem.NOT_A_NUMBER, options.columns[F.QUANTITY])
    return int(number)


def _price(row: Row, options: ImportOptions) -> Decimal:
    price = _required(row, F.UNIT_PRICE, options, number_of)
    _check_fineness(price, _FINEST_PRICE, options.columns[F.UNIT_PRICE])
    return price


def _check_fineness(number: Decimal, places: int, column: str) -> None:
    """Refuse what a column of the database would round: sums must stay exact."""
    if not exact.fits(number, places):
        raise Unreadable(Problem.TOO_FINE, column)


def _status(sheet: _Sheet, options: ImportOptions) -> ChannelStatus:
    word = sheet.text(F.STATUS)
    if not word:
        is_history = options.history is History.CLOSED_EXTERNAL
        return ChannelStatus.COMPLETED if is_history else ChannelStatus.PAID
    try:
        return STATUS_WORDS[word.lower()]
    except KeyError:
        raise Unreadable(Problem.UNKNOWN_STATUS, options.columns[F.STATUS]) from None


def _paid_at(
    sheet: _Sheet, options: ImportOptions, *, paid: Decimal, ordered: datetime
) -> datetime | None:
    """Return when it was paid. Of history that does not tell, no payment is invented."""
    told = sheet.moments(F.PAID_AT)
    if told:
        return max(told)
    return ordered if paid and options.history is History.LIVE else None


def _currency(sheet: _Sheet, options: ImportOptions) -> str:
    return sheet.text(F.CURRENCY, limit=3).upper() or options.currency


def _buyer(sheet: _Sheet) -> IncomingBuyer | None:
    buyer_id = sheet.text(F.BUYER_ID, limit=128)
    if not buyer_id:
        return None
    nickname = sheet.text(F.BUYER_NICKNAME, limit=200)
    return IncomingBuyer(channel_buyer_id=buyer_id, nickname=nickname)


def _receiver(sheet: _Sheet) -> PlainReceiver | None:
    told = {name: sheet.text(field, limit=500) for name, field in _PLACE.items()}
    country = told.pop("country").upper() or "CN"
    if not any(told.values()):
        return None
    if len(country) > 2:
        raise Unreadable(Problem.TOO_LONG, "country")
    return PlainReceiver(country=country, **told)


def _cell(row: Row, field: ImportField, options: ImportOptions) -> Cell:
    column = options.columns.get(field)
    return row.cells.get(column) if column else None


def _text(row: Row, field: ImportField, options: ImportOptions) -> str:
    text = clean(text_of(_cell(row, field, options)))
    if len(text) > _LIMITS[field]:
        raise Unreadable(Problem.TOO_LONG, options.columns[field])
    return text


def _required_text(row: Row, field: ImportField, options: ImportOptions) -> str:
    text = _text(row, field, options)
    if not text:
        raise Unreadable(Problem.MISSING, options.columns[field])
    if is_shortened(text):
        raise Unreadable(Problem.SHORTENED, options.columns[field])
    return text


def _read(
    row: Row,
    field: ImportField,
    options: ImportOptions,
    parse: Callable[[Cell, ImportOptions], V | None],
) -> V | None:
    cell = _cell(row, field, options)
    try:
        return parse(cell, options)
    except ValueError:
        problem = Problem.NOT_A_TIME if parse is moment_of else Problem.NOT_A_NUMBER
        raise Unreadable(problem, options.columns[field]) from None


def _required(
    row: Row,
    field: ImportField,
    options: ImportOptions,
    parse: Callable[[Cell, ImportOptions], V | None],
) -> V:
    value = _read(row, field, options, parse)
    if value is None:
        raise Unreadable(Problem.MISSING, options.columns[field])
    return value
