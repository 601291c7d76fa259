import pytest

from oms.integration.credentials import BadCredentials
from oms.integration.http import Http
from oms.integration.registry import UnknownKind
from warehouse.carriers.base import Carrier
from warehouse.carriers.installed import SfCarrier, carriers
from warehouse.dto import FilterResult, IssuedWaybill

from .samples import REQUEST

ACCOUNT = {"partner_id": "P", "checkword": "c", "base_url": "https://sf.example.com/"}


def test_sf_is_installed() -> None:
    assert carriers.get("sf") is SfCarrier
    assert ("sf", "顺丰速运") in carriers.choices()


def test_unknown_carrier_is_named() -> None:
    with pytest.raises(UnknownKind, match="no carrier of kind 'pigeon'; known: .*sf"):
        carriers.get("pigeon")


def test_carrier_opens_its_own_line() -> None:
    carrier = SfCarrier.connect(ACCOUNT, log=lambda _record: None)
    assert isinstance(carrier.http, Http)
    assert carrier.http.base_url == "https://sf.example.com/"
    assert carrier.credentials["sign_mode"] == "standard"


def test_incomplete_account_opens_no_line() -> None:
    with pytest.raises(BadCredentials, match="checkword"):
        SfCarrier.connect({"partner_id": "P"}, log=lambda _record: None)


def test_account_does_not_show_its_secret() -> None:
    carrier = SfCarrier.connect({**ACCOUNT, "checkword": "hush"}, log=lambda _record: None)
    assert "hush" not in repr(carrier.account)


def test_request_does_not_show_people() -> None:
    shown = repr(REQUEST)
    for person in ("张三", "13800138000", "科技园", "0571-26881234", "仓前街道"):
        assert person not in shown


def test_carrier_without_labels_says_so() -> None:
    carrier = SfCarrier.connect(ACCOUNT, log=lambda _record: None)
    waybill = IssuedWaybill(
        waybill_no="1", carrier_order_id="1", filter_result=FilterResult.DELIVERABLE
    )
    with pytest.raises(NotImplementedError):
        Carrier.fetch_labels(carrier, waybill)


@pytest.mark.parametrize("carrier", list(carriers), ids=lambda carrier: carrier.kind)
def test_every_carrier_has_a_secret_an_address_and_a_label(carrier: type[Carrier]) -> None:
    names = {field.name for field in carrier.credential_fields}
    assert "base_url" in names
    assert any(field.secret for field in carrier.credential_fields)
    assert carrier.label
    assert carrier.capabilities.tracks_per_call > 0
