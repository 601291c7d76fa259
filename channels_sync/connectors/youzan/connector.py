"""A Youzan shop's orders and refunds as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    Decryption,
    MergeIdentity,
    connectors,
)
from channels_sync.connectors.youzan import codes, mapper, refunding
from channels_sync.connectors.youzan.fields import FIELDS
from oms.integration.credentials import CredentialField


@connectors.register
class YouzanConnector(Connector):
    """Reads what was pulled; a push of Youzan's is a hint only."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("Youzan shop")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        takes_memos=True,
        merge_identity=MergeIdentity.CIPHER_TEXT,
        presale=True,
        checks_refunds_live=True,
        decryption=Decryption.BY_US,
        needs_token=True,
    )
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunding.to_refund)
