"""JD's orders and refunds as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    Decryption,
    MergeIdentity,
    connectors,
)
from channels_sync.connectors.jd import codes, mapper, refunds
from channels_sync.connectors.jd.fields import FIELDS
from oms.integration.credentials import CredentialField


@connectors.register
class JdConnector(Connector):
    """Reads what was pulled. Nothing is pushed that could be relied on.

    An order's waybill numbers are told once, all together, so it leaves as one parcel.
    """

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("JD")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=False,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        takes_memos=True,
        merge_identity=MergeIdentity.NONE,
        split_shipping=False,
        cash_on_delivery=True,
        checks_refunds_live=True,
        waybill_channel="jd",
        decryption=Decryption.BY_WAYBILL,
        needs_token=True,
    )
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY
    signature_codes: ClassVar[frozenset[str]] = frozenset({"11", "12"})
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunds.to_refund)
