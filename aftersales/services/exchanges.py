"""Send something else instead. Not offered until the core can make the order for it."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from aftersales.models import Kind
from oms.refusals import Refusal

OFFERED = False
"""An exchange is an order of kind exchange with ``origin_order``, which only the core may write."""


class ExchangeNotOffered(Refusal):
    message = _(
        "Exchanges cannot be handled here yet. Ask for return and refund, and order the other item."
    )


def offered(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Return those kinds of request that can be carried through to the end."""
    return tuple(kind for kind in kinds if OFFERED or kind is not Kind.EXCHANGE)


def check_offered(kind: Kind) -> None:
    """:raises ExchangeNotOffered: if it could be taken in but never be fulfilled"""
    if kind not in offered([kind]):
        raise ExchangeNotOffered
