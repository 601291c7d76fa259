"""A Weidian shop's orders and refunds as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import Capabilities, Connector, MergeIdentity, connectors
from channels_sync.connectors.weidian import codes, mapper, refunding
from channels_sync.connectors.weidian.fields import FIELDS
from oms.dto import IncomingOrder, IncomingRefund
from oms.integration.credentials import CredentialField


@connectors.register
class WeidianConnector(Connector):
    """Reads what was pulled; a push of Weidian's is not signed, so it is a hint only."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("Weidian shop")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        takes_memos=False,
        merge_identity=MergeIdentity.PLAIN,
        shared_tracking=True,
        split_shipping=True,
        cash_on_delivery=True,
        presale=False,
        chooses_carrier=False,
        confirms_address_change=False,
        notifies_buyer=True,
        checks_refunds_live=True,
        needs_token=True,
    )
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY

    @classmethod
    def read_order(cls, payload: str) -> IncomingOrder:
        """:raises Unreadable: naming the first field that cannot be understood"""
        return mapper.to_order(payload)

    @classmethod
    def read_refund(cls, payload: str) -> IncomingRefund:
        """:raises Unreadable: naming the first field that cannot be understood"""
        return refunding.to_refund(payload)
