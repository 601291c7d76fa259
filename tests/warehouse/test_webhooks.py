"""A carrier's push: believed by its address alone, answered in its own words."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from oms.models import CallLog, EvidenceEntry, Shipment
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.warehouse.services.books import refused
from tests.warehouse.services.tracing.road import HOUR, account, on_the_road
from warehouse import webhooks
from warehouse.models import CarrierAccount, TraceEvent
from warehouse.services.tracing import hearing
from warehouse.services.tracing.hearing import renew_address

pytestmark = pytest.mark.django_db
TAKEN = {"return_code": "0000", "return_msg": "成功"}


class Line:
    """A carrier that pushes to the address it was given."""

    def __init__(self) -> None:
        self.floor = Floor()
        [self.parcel] = on_the_road(self.floor)
        self.token = renew_address(account().pk, actor=self.floor.manager, now=NOW)

    def route(self, **changes: str) -> dict[str, str]:
        return {
            "mailno": self.parcel.waybill_no or "",
            "acceptAddress": "杭州市",
            "orderid": "",
            "acceptTime": "2026-11-11 12:00:00",
            "remark": "顺丰速运 已收取快件",
            "opCode": "50",
            "id": "1",
            "reasonCode": "",
        } | changes

    def push(self, *routes: dict[str, str], token: str = "", raw: bytes = b"") -> Any:
        content = raw or json.dumps({"Body": {"WaybillRoute": routes}}).encode()
        url = reverse("warehouse:carrier_push", args=["sf", token or self.token])
        client = Client(enforce_csrf_checks=True)
        return client.post(url, content, content_type="application/json")

    def standing(self) -> str:
        self.parcel.refresh_from_db()
        return self.parcel.status


@pytest.fixture
def line() -> Line:
    return Line()


def test_push_moves_the_parcel_and_is_acknowledged(line: Line) -> None:
    response = line.push(line.route())
    assert (response.status_code, response.json()) == (200, TAKEN)
    assert line.standing() == "in_transit"
    assert line.parcel.first_scanned_at == NOW + 2 * HOUR
    assert TraceEvent.objects.get().source == "push"


def test_push_told_again_or_late_is_acknowledged_and_changes_nothing(line: Line) -> None:
    delivered = line.route(opCode="80", acceptTime="2026-11-12 09:00:00", id="2")
    line.push(delivered, line.route())
    assert line.standing() == "delivered"
    for again in (line.route(), delivered):
        assert line.push(again).json() == TAKEN
    assert line.standing() == "delivered"
    assert TraceEvent.objects.count() == 2


def test_form_push_is_answered_in_xml(line: Line) -> None:
    attributes = " ".join(f'{name}="{value}"' for name, value in line.route().items())
    xml = f"<Request><Body><WaybillRoute {attributes}/></Body></Request>"
    response = line.push(raw=urlencode({"content": xml}).encode())
    assert response.content.decode() == (
        '<Response service="RoutePushService"><Head>OK</Head></Response>'
    )
    assert response["Content-Type"].startswith("text/xml")
    assert line.standing() == "in_transit"


@pytest.mark.parametrize("token", ["guessed", "x" * 43])
def test_guessed_address_is_nobodys(line: Line, token: str) -> None:
    assert line.push(line.route(), token=token).status_code == 404
    assert line.standing() == "handed_over"


def test_empty_token_never_fits_an_account_without_an_address(line: Line) -> None:
    CarrierAccount.objects.update(push_token_digest="")
    with refused(hearing.NobodyListens):
        hearing.hear("sf", token="", body=b"{}", now=NOW)


def test_new_address_ends_the_one_before(line: Line) -> None:
    before = line.token
    line.token = renew_address(account().pk, actor=line.floor.manager, now=NOW)
    assert line.push(line.route(), token=before).status_code == 404
    assert line.push(line.route()).status_code == 200
    assert EvidenceEntry.objects.filter(kind="push_address.renew").count() == 2


def test_address_is_kept_as_a_digest_only(line: Line) -> None:
    kept = CarrierAccount.objects.get()
    assert line.token not in json.dumps([kept.push_token_digest, kept.credentials])


def test_paused_account_hears_nothing(line: Line) -> None:
    CarrierAccount.objects.update(is_active=False)
    assert line.push(line.route()).status_code == 404


def test_only_who_may_set_up_makes_an_address(line: Line) -> None:
    with refused(CarrierAccount.DoesNotExist):
        renew_address(account().pk, actor=line.floor.worker, now=NOW)


def test_garbled_push_is_kept_for_a_person_and_asked_for_again(line: Line) -> None:
    raw = json.dumps({"Body": {"phone": "13800001234"}}).encode()
    response = line.push(raw=raw)
    assert response.json()["return_code"] == "1000"
    kept = CallLog.objects.get(operation="push")
    assert (kept.outcome, kept.kind) == ("malformed", "sf")
    assert "13800001234" not in kept.request_body


def test_what_could_not_be_kept_is_asked_for_again(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> int:
        raise DatabaseError

    monkeypatch.setattr(hearing, "note_events", fail)
    assert line.push(line.route()).json()["return_code"] == "1000"
    assert CallLog.objects.get(operation="push").outcome == "not_kept"


def test_numbers_of_others_are_acknowledged(line: Line) -> None:
    assert line.push(line.route(mailno="SF9999999999999")).json() == TAKEN
    assert not TraceEvent.objects.exists()


def test_huge_body_is_refused(line: Line) -> None:
    assert line.push(raw=b"x" * (webhooks.LARGEST_BODY + 1)).status_code == 413


def test_unknown_carrier_and_other_methods_are_refused(line: Line) -> None:
    url = reverse("warehouse:carrier_push", args=["nobody", line.token])
    assert Client().post(url, b"{}", content_type="application/json").status_code == 404
    url = reverse("warehouse:carrier_push", args=["sf", line.token])
    assert Client().get(url).status_code == 405


def test_parcel_of_the_push_is_ours_alone(line: Line) -> None:
    Shipment.objects.update(carrier="zto")
    line.push(line.route())
    assert line.standing() == "handed_over"
