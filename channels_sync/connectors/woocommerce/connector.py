"""A WooCommerce shop's orders and refunds as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import Capabilities, Connector, connectors
from channels_sync.connectors.woocommerce import codes, mapper, refunding
from channels_sync.connectors.woocommerce.fields import FIELDS
from oms.integration.credentials import CredentialField


@connectors.register
class WooCommerceConnector(Connector):
    """Reads what was pulled; a webhook is a hint only: it says nothing of refunded units."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("WooCommerce shop")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        cash_on_delivery=True,
    )
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    signature_codes: ClassVar[frozenset[str]] = frozenset({codes.NOT_PROVED})
    permission_codes: ClassVar[frozenset[str]] = codes.NOT_ALLOWED
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunding.to_refund)
