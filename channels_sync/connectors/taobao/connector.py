"""A Taobao or Tmall shop's trades as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    Decryption,
    MergeIdentity,
    connectors,
)
from channels_sync.connectors.taobao import codes, mapper, refunding
from channels_sync.connectors.taobao.fields import FIELDS
from oms.integration.credentials import CredentialField


@connectors.register
class TaobaoConnector(Connector):
    """Reads what was pulled; a message of TMC is a hint only."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("Taobao / Tmall")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=True,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        takes_memos=True,
        merge_identity=MergeIdentity.OAID,
        cash_on_delivery=True,
        presale=True,
        checks_refunds_live=True,
        waybill_channel="cainiao",
        decryption=Decryption.BY_WAYBILL,
        needs_token=True,
    )
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY
    signature_codes: ClassVar[frozenset[str]] = frozenset({codes.BAD_SIGNATURE})
    permission_codes: ClassVar[frozenset[str]] = codes.PERMISSIONS
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunding.to_refund)
