"""A Douyin shop's orders as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    Decryption,
    MergeIdentity,
    connectors,
)
from channels_sync.connectors.doudian import codes, mapper, refunding
from channels_sync.connectors.doudian.fields import FIELDS
from oms.integration.credentials import CredentialField


@connectors.register
class DoudianConnector(Connector):
    """Reads what was pulled; a push of Doudian's is a hint only."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("Douyin shop")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        takes_memos=True,
        merge_identity=MergeIdentity.CIPHER_INDEX,
        cash_on_delivery=True,
        presale=True,
        confirms_address_change=True,
        checks_refunds_live=True,
        waybill_channel=codes.KIND,
        decryption=Decryption.BY_WAYBILL,
        needs_token=True,
    )
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY
    signature_codes: ClassVar[frozenset[str]] = frozenset(
        {"isv.signature-invalid", "isv.signature-missing", "isv.app-id-invalid"}
    )
    permission_codes: ClassVar[frozenset[str]] = frozenset(
        {"isv.app-permissions-insufficient", "dop.no-permissions"}
    )
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunding.to_refund)
