"""Amounts and carriers as people write them."""

from decimal import Decimal

from django.template import Library
from django.utils.safestring import SafeString

from aftersales.models.words import carrier_label
from oms.admin import show

register = Library()


@register.filter
def money(value: Decimal, currency: str) -> SafeString:
    """Show an amount with its currency's sign and two decimals."""
    return show.amount(value, currency)


@register.filter
def carrier(code: str) -> str:
    """Show a carrier by its name."""
    return carrier_label(code)
