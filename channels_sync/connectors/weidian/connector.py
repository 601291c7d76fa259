"""A Weidian shop's orders and refunds as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import Capabilities, Connector, connectors
from channels_sync.connectors.weidian import codes, mapper, refunding
from channels_sync.connectors.weidian.fields import FIELDS
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
        cash_on_delivery=True,
        checks_refunds_live=True,
        needs_token=True,
    )
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunding.to_refund)
