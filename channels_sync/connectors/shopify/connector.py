"""Shopify's orders as they come in: by webhook in the REST shape, by pull in the GraphQL shape."""

from typing import ClassVar

from channels_sync.connectors.base import Capabilities, Connector, connectors
from channels_sync.connectors.shopify import codes, mapper
from channels_sync.connectors.shopify.fields import FIELDS
from channels_sync.connectors.shopify.refunds import mapper as refund_mapper
from oms.dto import IncomingOrder, IncomingRefund
from oms.integration.credentials import CredentialField


@connectors.register
class ShopifyConnector(Connector):
    """Reads what was received or pulled."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True, pulls_orders=True, takes_stock=False, takes_shipments=True
    )
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    permission_codes: ClassVar[frozenset[str]] = frozenset({"ACCESS_DENIED", "http:403"})
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS

    @classmethod
    def read_order(cls, payload: str) -> IncomingOrder:
        """:raises Unreadable: naming the first field that cannot be understood"""
        return mapper.to_order(payload)

    @classmethod
    def read_refund(cls, payload: str) -> IncomingRefund:
        """:raises Unreadable: naming the first field that cannot be understood"""
        return refund_mapper.to_refund(payload)
