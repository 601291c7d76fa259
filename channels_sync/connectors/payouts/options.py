"""How a store's payout statements are read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo, available_timezones


class PayoutField(StrEnum):
    """What a column of a statement may mean. Amounts are in one column with a sign or a direction,
    or money in and money out stand in two."""

    ORDER_NO = "order_no"
    TRANSACTION_NO = "transaction_no"
    REFUND_NO = "refund_no"
    AT = "at"
    WORD = "word"
    DIRECTION = "direction"
    AMOUNT = "amount"
    INCOME = "income"
    OUTGO = "outgo"
    REFUND = "refund"
    FEE = "fee"
    CURRENCY = "currency"


class Basis(StrEnum):
    """When an order stands in a statement: when it was paid, or when the platform settled it."""

    PAYMENT = "payment"
    SETTLEMENT = "settlement"


class MalformedPayoutOptions(ValueError):
    """The options cannot be used; the message says what is wrong."""


_MONEY = (PayoutField.AMOUNT, PayoutField.INCOME, PayoutField.OUTGO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutOptions:
    """``date_format`` is one of strptime's, empty for ISO 8601 and year first; ``timezone`` that of
    naive times. ``fees_deducted``: the fee column holds what is taken off as a negative number."""

    columns: Mapping[PayoutField, str]
    preset: str = ""
    basis: Basis = Basis.SETTLEMENT
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    date_format: str = ""
    fees_deducted: bool = False
    thousands_mark: str = ","
    decimal_mark: str = "."

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def check(self) -> None:
        """:raises MalformedPayoutOptions: if the columns do not tell a time and an amount"""
        if PayoutField.AT not in self.columns:
            raise MalformedPayoutOptions("at")
        if not any(field in self.columns for field in _MONEY):
            raise MalformedPayoutOptions("amount")
        if PayoutField.ORDER_NO not in self.columns:
            raise MalformedPayoutOptions("order_no")
        if self.timezone not in available_timezones():
            raise MalformedPayoutOptions("timezone")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what ``to_json`` wrote."""
        columns = {PayoutField(name): column for name, column in data["columns"].items()}
        return cls(**dict(data) | {"columns": columns, "basis": Basis(data["basis"])})

    def to_json(self) -> dict[str, Any]:
        """Return the form that is stored."""
        return {
            "columns": {str(name): column for name, column in self.columns.items()},
            "preset": self.preset,
            "basis": str(self.basis),
            "timezone": self.timezone,
            "currency": self.currency,
            "date_format": self.date_format,
            "fees_deducted": self.fees_deducted,
        }
