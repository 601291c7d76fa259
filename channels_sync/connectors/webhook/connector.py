"""The connector of a shop of one's own: it only listens, so it needs no address and no HTTP."""

from typing import Any, ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    connectors,
)
from channels_sync.connectors.webhook import mapper
from channels_sync.connectors.webhook.answers import BAD_SIGNATURE, FORBIDDEN
from channels_sync.connectors.webhook.codes import OPEN_KEYS
from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingOrder, IncomingRefund


@connectors.register
class WebhookConnector(Connector):
    """Reads what was received; what it is told is the outbound half's and stock's.

    By the contract orders come by themselves, an address is readable, and a parcel may carry some
    of an order's lines. Whether it tells its buyer about a parcel is the shop's own business.
    """

    kind: ClassVar[str] = "webhook"
    label: ClassVar[str] = gettext_noop("Own shop (signed webhook)")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=False,
        takes_stock=True,
        takes_shipments=True,
        takes_refund_answers=True,
        notifies_buyer=False,
    )
    signature_codes: ClassVar[frozenset[str]] = frozenset({BAD_SIGNATURE})
    permission_codes: ClassVar[frozenset[str]] = frozenset({FORBIDDEN})
    open_keys: ClassVar[frozenset[str]] = OPEN_KEYS

    @staticmethod
    def read_order(payload: str) -> IncomingOrder:
        """:raises Unreadable: naming the first field that cannot be understood"""
        return mapper.to_order(_decode(payload))

    @staticmethod
    def read_refund(payload: str) -> IncomingRefund:
        """:raises Unreadable: naming the first field that cannot be understood"""
        return mapper.to_refund(_decode(payload))


def _decode(payload: str) -> Any:
    try:
        return mapper.decode(payload.encode())
    except ValueError:
        raise Unreadable(Problem.NOT_AN_OBJECT, "message") from None
