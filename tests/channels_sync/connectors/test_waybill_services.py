"""The matrix of capabilities and the waybill services say the same."""

from channels_sync.connectors.base import Decryption
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.waybills_installed import waybill_issuers
from oms.services.fulfillment.typed_waybills import CARRIERS


def test_every_service_is_the_one_that_its_platform_is_said_to_have() -> None:
    for issuer in waybill_issuers:
        assert issuer.channel == connectors.get(issuer.kind).capabilities.waybill_channel


def test_every_service_issues_for_carriers_that_channels_can_be_told() -> None:
    for issuer in waybill_issuers:
        assert issuer.carriers
        assert set(issuer.carriers) <= set(CARRIERS), issuer.kind


def test_receivers_that_we_cannot_read_have_a_service() -> None:
    unread = [
        row.kind for row in connectors if row.capabilities.decryption is Decryption.BY_WAYBILL
    ]
    assert {"doudian", "jd", "taobao"} <= set(unread)
    assert [kind for kind in unread if kind not in waybill_issuers] == []
