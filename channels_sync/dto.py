"""What crosses between connectors and services: frozen values, no database, no HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones

from oms.tables.cells import Row

REFUND_CREATED, REFUND_UPDATED = "refund.created", "refund.updated"
REFUND_EVENTS = frozenset({REFUND_CREATED, REFUND_UPDATED})
"""Events of raw messages that tell of a refund; every other one tells of an order."""


class Problem(StrEnum):
    """Why a message or a group of rows cannot be read; the words for people stand in services."""

    MISSING = "missing"
    NOT_TEXT = "not_text"
    SHORTENED = "shortened"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    TOO_FINE = "too_fine"
    NOT_A_TIME = "not_a_time"
    AHEAD_OF_TIME = "ahead_of_time"
    NOT_A_LIST = "not_a_list"
    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_STATUS = "unknown_status"
    ROWS_DISAGREE = "rows_disagree"
    REPEATED_NUMBER = "repeated_number"
    EXTRA_CELLS = "extra_cells"
    NOT_AN_ORDER = "not_an_order"
    NOT_A_REFUND = "not_a_refund"
    CANCELLATION_QUANTITY = "cancellation_quantity"
    TOO_MANY_ROWS = "too_many_rows"


class Unreadable(Exception):
    """``where`` is a field or column, never a value: it may be shown and stored."""

    def __init__(self, problem: Problem, where: str) -> None:
        super().__init__(f"{problem}: {where}")
        self.problem = problem
        self.where = where


class ImportField(StrEnum):
    """What a column of a file may mean."""

    ORDER_NO = "order_no"
    LINE_NO = "line_no"
    SKU_CODE = "sku_code"
    TITLE = "title"
    QUANTITY = "quantity"
    UNIT_PRICE = "unit_price"
    ORDERED_AT = "ordered_at"
    PAID_AT = "paid_at"
    MODIFIED_AT = "modified_at"
    STATUS = "status"
    CURRENCY = "currency"
    FREIGHT = "freight"
    DISCOUNT = "discount"
    PAID_AMOUNT = "paid_amount"
    BUYER_ID = "buyer_id"
    BUYER_NICKNAME = "buyer_nickname"
    BUYER_MEMO = "buyer_memo"
    SELLER_MEMO = "seller_memo"
    RECEIVER_NAME = "receiver_name"
    RECEIVER_PHONE = "receiver_phone"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    ADDRESS = "address"
    POSTCODE = "postcode"
    COUNTRY = "country"


REQUIRED_FIELDS = (
    ImportField.ORDER_NO,
    ImportField.SKU_CODE,
    ImportField.QUANTITY,
    ImportField.UNIT_PRICE,
    ImportField.ORDERED_AT,
)
PERSONAL_FIELDS = frozenset(
    {
        ImportField.BUYER_NICKNAME,
        ImportField.BUYER_MEMO,
        ImportField.SELLER_MEMO,
        ImportField.RECEIVER_NAME,
        ImportField.RECEIVER_PHONE,
        ImportField.ADDRESS,
        ImportField.POSTCODE,
    }
)


class History(StrEnum):
    """Whether the file's orders are ours to ship."""

    LIVE = "live"
    CLOSED_EXTERNAL = "closed_external"


class MalformedOptions(ValueError):
    """The stored form of import options is not usable; the message says what is wrong."""


_MARKS = {"", ",", ".", "'", " "}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How the files of a store are read.

    ``date_format`` is one of strptime's, empty for ISO 8601; ``timezone`` is that of the file's
    naive times. ``cancellation_prefix`` marks numbers that take something back, and
    ``skipped_prefixes`` numbers that are no orders at all (bookkeeping): they are put in front of a
    person. ``create_skus`` makes an unknown code a SKU.
    """

    columns: Mapping[ImportField, str]
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    date_format: str = ""
    thousands_mark: str = ","
    decimal_mark: str = "."
    group_lines: bool = True
    create_skus: bool = False
    history: History = History.LIVE
    cancellation_prefix: str = ""
    skipped_prefixes: tuple[str, ...] = field(default=())

    @classmethod
    def from_json(cls, data: object) -> Self:
        """Read the stored form.

        :raises MalformedOptions: if a field is unknown, missing, of another type, or contradicts
        """
        if not isinstance(data, dict):
            raise MalformedOptions("not an object")
        unknown = data.keys() - cls.__dataclass_fields__.keys()
        if unknown:
            raise MalformedOptions(f"unknown: {', '.join(sorted(map(str, unknown)))}")
        values: dict[str, Any] = dict(data)
        values["columns"] = _columns(values.get("columns"))
        prefixes = values.get("skipped_prefixes", [])
        if not _is_texts(prefixes):
            raise MalformedOptions("skipped_prefixes is not a list of texts")
        values["skipped_prefixes"] = tuple(prefixes)
        if values.get("history", "live") not in list(History):
            raise MalformedOptions("history is neither live nor closed_external")
        values["history"] = History(values.get("history", "live"))
        _check_types(values)
        options = cls(**values)
        options._check()
        return options

    def to_json(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {
            "columns": {str(name): column for name, column in self.columns.items()},
            "timezone": self.timezone,
            "currency": self.currency,
            "date_format": self.date_format,
            "thousands_mark": self.thousands_mark,
            "decimal_mark": self.decimal_mark,
            "group_lines": self.group_lines,
            "create_skus": self.create_skus,
            "history": str(self.history),
            "cancellation_prefix": self.cancellation_prefix,
            "skipped_prefixes": list(self.skipped_prefixes),
        }

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def _check(self) -> None:
        missing = [name for name in REQUIRED_FIELDS if not self.columns.get(name)]
        if missing:
            raise MalformedOptions(f"no column for {', '.join(missing)}")
        if self.timezone not in available_timezones():
            raise MalformedOptions(f"{self.timezone} is no time zone")
        currency = self.currency
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            raise MalformedOptions("currency is not a three-letter code")
        if self.decimal_mark not in (",", ".") or self.thousands_mark not in _MARKS:
            raise MalformedOptions("unknown decimal or thousands mark")
        if self.decimal_mark == self.thousands_mark:
            raise MalformedOptions("one mark cannot be both for decimals and for thousands")
        if not all(self.skipped_prefixes):
            raise MalformedOptions("an empty prefix would skip every number")


def _columns(data: object) -> dict[ImportField, str]:
    if not isinstance(data, dict) or not _is_texts(list(data.values())):
        raise MalformedOptions("columns is not an object of texts")
    unknown = [name for name in data if name not in list(ImportField)]
    if unknown:
        raise MalformedOptions(f"unknown fields: {', '.join(sorted(map(str, unknown)))}")
    return {ImportField(name): column for name, column in data.items() if column}


def _is_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


_TEXTS = ("timezone", "currency", "date_format", "thousands_mark", "decimal_mark")
_SWITCHES = ("group_lines", "create_skus")


def _check_types(values: Mapping[str, object]) -> None:
    for name in (*_TEXTS, "cancellation_prefix"):
        if not isinstance(values.get(name, ""), str):
            raise MalformedOptions(f"{name} is not a text")
    for name in _SWITCHES:
        if not isinstance(values.get(name, False), bool):
            raise MalformedOptions(f"{name} is neither true nor false")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledLine:
    """``quantity`` units taken back at ``unit_price``; both positive."""

    merchant_code: str
    title: str
    quantity: int
    unit_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingCancellation:
    """Something taken back elsewhere; which order it was of is not told.

    ``former_refs`` are those under which the buyer may be known from before a change of keys.
    """

    number: str
    buyer_ref: str
    cancelled_at: datetime
    currency: str
    lines: tuple[CancelledLine, ...]
    former_refs: tuple[str, ...] = ()


@dataclass(slots=True)
class Sums:
    """Rows and the exact sum of quantity times unit price, per currency.

    ``unpriced`` are the rows of which no amount can be read; they count nowhere else but in
    ``rows``.
    """

    rows: int = 0
    unpriced: int = 0
    money: dict[str, Decimal] = field(default_factory=dict)


@dataclass(slots=True)
class RowGroup:
    """The rows of one order number, in the file's order.

    ``rows`` stops growing at a limit, so that a wrongly chosen column cannot fill the memory;
    ``sums`` go on counting.
    """

    number: str
    rows: list[Row] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
