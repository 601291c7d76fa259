import json
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.factories.warehouse import Floor
from tests.warehouse.mobile.phone import body, post, signed_in, told
from warehouse.models import ScanLog
from warehouse.services.picking.steps import next_step
from warehouse.services.scanning.scan import STATIONS

ANSWERS = {200, 403, 409, 422}


def test_scan_answers_with_words_and_the_next_screen(floor: Floor) -> None:
    floor.document({floor.goods(5): 2})
    floor.waves()
    client = signed_in(floor.worker)
    response = post(client, body(floor, "pick", "CMD:START"))
    answer = told(response)
    assert response.status_code == 200
    assert (answer["result"], answer["tone"]) == ("accepted", "info")
    assert answer["message"]
    context = answer["screen"]["context"]
    assert context["task"]
    response = post(client, body(floor, "pick", floor.tote().code, task=context["task"]))
    assert told(response)["screen"]["big"] == next_step(floor.claim()).bin.code


def test_refusal_is_a_conflict_in_words(floor: Floor) -> None:
    floor.document({floor.goods(5): 2})
    floor.waves()
    task = floor.claim()
    response = post(signed_in(floor.worker), body(floor, "pick", "X", task=task.pk))
    answer = told(response)
    assert (response.status_code, answer["result"], answer["code"]) == (409, "refused", "NotATote")
    assert answer["message"]
    assert answer["screen"]["station"] == "pick"


def test_replay_answers_the_same(floor: Floor) -> None:
    client = signed_in(floor.worker)
    data = body(floor, "find", floor.goods(1).code)
    first, again = post(client, data), post(client, data)
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert ScanLog.objects.count() == 1


def test_key_with_another_body_is_unprocessable(floor: Floor) -> None:
    client = signed_in(floor.worker)
    data = body(floor, "find", "A")
    post(client, data)
    response = post(client, {**data, "code": "B"})
    assert (response.status_code, told(response)["result"]) == (422, "invalid")
    assert ScanLog.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"idem_key": None},
        {"idem_key": "short"},
        {"idem_key": "x" * 65},
        {"idem_key": "\u0000" * 20},
        {"context": None},
        {"context": []},
        {"context": {"station": "pick"}},
        {"context": {"station": "pick", "warehouse": "1"}},
        {"context": {"station": "pick", "warehouse": -1}},
        {"context": {"station": "pick", "warehouse": 2**63}},
        {"context": {"station": "pick", "warehouse": True}},
        {"context": {"station": "../x", "warehouse": 1}},
        {"context": {"station": "pick", "warehouse": 1, "task": 1.5}},
        {"context": {"station": "pick", "warehouse": 1, "quantity": 0}},
        {"context": {"station": "pick", "warehouse": 1, "quantity": 10**9}},
        {"code": None},
        {"code": ""},
        {"code": "x" * 600},
        {"code": 7},
        {"at": "yesterday"},
        {"at": "2026-13-45T99:99:99Z"},
        {"at": "2026-11-11T02:00:00"},
        {"at": 5},
        {"at": "0001-01-01T00:00:00Z"},
    ],
)
def test_what_is_no_scan_is_unprocessable(floor: Floor, change: dict[str, object]) -> None:
    response = post(signed_in(floor.worker), body(floor, "pick", "X") | change)
    assert response.status_code == 422
    assert not ScanLog.objects.exists()


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'"x"'])
def test_broken_bodies_are_unprocessable(floor: Floor, raw: bytes) -> None:
    assert post(signed_in(floor.worker), raw).status_code == 422


def test_other_methods_are_not_allowed(floor: Floor) -> None:
    assert signed_in(floor.worker).get(reverse("warehouse:api_scan")).status_code == 405


def test_forged_request_is_refused(floor: Floor) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(floor.worker, backend="django.contrib.auth.backends.ModelBackend")
    assert post(client, body(floor, "find", "X")).status_code == 403
    assert not ScanLog.objects.exists()


class Garbage(TestCase):
    """Whatever a scanner, a child or an attacker sends, there is an answer in our format."""

    def setUp(self) -> None:
        self.floor = Floor()
        self.floor.document({self.floor.goods(5): 2})
        self.floor.waves()
        self.task = self.floor.claim()
        self.client = signed_in(self.floor.worker)

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        st.text(st.characters(exclude_categories=[]), min_size=1, max_size=140),
        st.sampled_from(sorted(STATIONS)),
    )
    def test_any_code_at_any_station_is_answered(self, code: str, station: str) -> None:
        data = body(self.floor, station, code, task=self.task.pk)
        response = post(self.client, json.dumps(data).encode())
        assert response.status_code in ANSWERS
        assert told(response)["result"] in {"accepted", "refused", "invalid"}

    @settings(max_examples=40, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=300))
    def test_any_bytes_are_answered(self, raw: bytes) -> None:
        assert post(self.client, raw).status_code == 422

    @settings(max_examples=60, suppress_health_check=list(HealthCheck))
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=8,
        )
    )
    def test_any_json_in_any_place_is_answered(self, value: object) -> None:
        whole = {"idem_key": str(uuid4()), "context": value, "code": value, "at": value}
        for data in (value, whole, body(self.floor, "find", "X") | {"context": {"station": value}}):
            assert post(self.client, json.dumps(data).encode()).status_code in ANSWERS
