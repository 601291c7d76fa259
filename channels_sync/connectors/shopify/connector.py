"""Shopify's orders as they come in: by webhook in the REST shape, by pull in the GraphQL shape."""

from typing import ClassVar

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    connectors,
)
from channels_sync.connectors.shopify import codes, mapper
from channels_sync.connectors.shopify.fields import FIELDS
from channels_sync.connectors.shopify.refunds import mapper as refund_mapper
from oms.integration.credentials import CredentialField


@connectors.register
class ShopifyConnector(Connector):
    """Reads what was received or pulled.

    Refunds and returns come as webhooks and are asked for too; a fulfillment names its lines, and
    Shopify writes to the buyer about it. Pulled orders carry plain addresses, once the app was
    approved for them.
    """

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        needs_token=True,
    )
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    permission_codes: ClassVar[frozenset[str]] = frozenset({"ACCESS_DENIED", "http:403"})
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refund_mapper.to_refund)
