"""Pinduoduo's orders and refunds as they come in."""

from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors.base import (
    Capabilities,
    Connector,
    Decryption,
    MergeIdentity,
    connectors,
)
from channels_sync.connectors.pinduoduo import codes, mapper, refunds
from channels_sync.connectors.pinduoduo.fields import FIELDS
from oms.integration.credentials import CredentialField


@connectors.register
class PinduoduoConnector(Connector):
    """Reads what was pulled.

    Outside the platform's cloud 100 receivers a day may be decrypted, one in ten seconds; parcels
    go by its own waybill service, which takes the ciphertext.
    """

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = gettext_noop("Pinduoduo")
    capabilities: ClassVar[Capabilities] = Capabilities(
        sends_orders=False,
        pulls_orders=True,
        takes_stock=True,
        takes_shipments=True,
        pulls_refunds=True,
        takes_refund_answers=True,
        takes_memos=True,
        merge_identity=MergeIdentity.OPEN_ADDRESS,
        presale=True,
        chooses_carrier=True,
        checks_refunds_live=True,
        waybill_channel="pinduoduo",
        decryption=Decryption.BY_US,
        decryptions_a_day=100,
        needs_token=True,
    )
    credential_fields: ClassVar[tuple[CredentialField, ...]] = FIELDS
    gateway: ClassVar[str] = codes.GATEWAY
    signature_codes: ClassVar[frozenset[str]] = frozenset({"20004"})
    permission_codes: ClassVar[frozenset[str]] = frozenset({"20005", "20031", "30000"})
    open_keys: ClassVar[frozenset[str]] = codes.OPEN_KEYS
    read_order = staticmethod(mapper.to_order)
    read_refund = staticmethod(refunds.to_refund)
