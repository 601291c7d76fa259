"""Who acts in a request, seen from outside: through the whole stack of middleware."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from oms.audit import timeline
from oms.audit.context import acting
from oms.audit.middleware import remote_address
from oms.models import AuditEntry, TimelineEntry, User
from tests.factories.oms import NOW, SkuFactory, UserFactory


def act(request: HttpRequest) -> HttpResponse:
    timeline.record("sku", 1, "look", at=NOW)
    AuditEntry.objects.log_create(
        SkuFactory.create(), action=AuditEntry.Action.UPDATE, changes={"name": ["a", "b"]}
    )
    return HttpResponse("done")


def idle(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{acting().correlation_id}")


def break_down(request: HttpRequest) -> HttpResponse:
    raise ValueError("broken")


urlpatterns = [
    path("act", act),
    path("idle", idle),
    path("break-down", break_down),
    path("healthz", idle),
    path("static/app.js", idle),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def user() -> User:
    return UserFactory.create()


def recorded() -> tuple[TimelineEntry, AuditEntry]:
    return TimelineEntry.objects.get(), AuditEntry.objects.get(changes={"name": ["a", "b"]})


def test_answer_and_records_share_one_id(client: Client, user: User) -> None:
    client.force_login(user)
    response = client.get("/act")
    entry, audited = recorded()
    assert response["X-Correlation-Id"]
    assert response["X-Correlation-Id"] == entry.correlation_id == audited.cid
    assert (audited.actor, audited.remote_addr) == (user, "127.0.0.1")


def test_caller_may_bring_the_id(client: Client) -> None:
    response = client.get("/act", headers={"X-Correlation-Id": "phone-42:scan.7"})
    entry, audited = recorded()
    assert response["X-Correlation-Id"] == "phone-42:scan.7"
    assert entry.correlation_id == audited.cid == "phone-42:scan.7"


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "a<b>", "编号", "a\tb"])
def test_id_that_could_do_harm_is_replaced(client: Client, given: str) -> None:
    response = client.get("/act", headers={"X-Correlation-Id": given})
    assert response["X-Correlation-Id"] != given
    assert TimelineEntry.objects.get().correlation_id == response["X-Correlation-Id"]


def test_each_request_has_its_own_id(client: Client) -> None:
    assert client.get("/idle")["X-Correlation-Id"] != client.get("/idle")["X-Correlation-Id"]


def test_stranger_is_recorded_as_nobody(client: Client) -> None:
    client.get("/act")
    _entry, audited = recorded()
    assert audited.actor is None


def test_error_page_can_be_quoted(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/break-down")
    assert response.status_code == 500
    assert response["X-Correlation-Id"]
    assert acting().correlation_id == ""


def test_person_is_not_looked_up_where_nothing_is_recorded(
    client: Client, user: User, django_assert_num_queries: Any
) -> None:
    client.force_login(user)
    with django_assert_num_queries(0):
        client.get("/idle")


@pytest.mark.parametrize("quiet", ["/healthz", "/static/app.js"])
def test_monitor_and_static_files_are_left_alone(client: Client, quiet: str) -> None:
    response = client.get(quiet)
    assert response.content == b""
    assert "X-Correlation-Id" not in response


def asked_by(address: str, forwarded: str | None) -> HttpRequest:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return RequestFactory().get("/", headers=headers, REMOTE_ADDR=address)


@pytest.mark.parametrize(
    ("behind_proxy", "address", "forwarded", "expected"),
    [
        (False, "192.0.2.1", None, "192.0.2.1"),
        (False, "192.0.2.1", "203.0.113.6", "192.0.2.1"),
        (False, "192.0.2.1", "<script>", "192.0.2.1"),
        (False, "", None, None),
        (False, "unix:", None, None),
        (False, "2001:DB8::1", None, "2001:db8::1"),
        (True, "127.0.0.1", "203.0.113.6", "203.0.113.6"),
        (True, "127.0.0.1", "203.0.113.6, 198.51.100.9", "198.51.100.9"),
        (True, "127.0.0.1", "<script>", None),
        (True, "127.0.0.1", None, "127.0.0.1"),
    ],
)
def test_forged_address_is_not_believed(
    settings: Any, behind_proxy: bool, address: str, forwarded: str | None, expected: str | None
) -> None:
    settings.TRUST_PROXY = behind_proxy
    assert remote_address(asked_by(address, forwarded)) == expected


@pytest.mark.parametrize("address", ["fe80::1%eth0", "::ffff:192.0.2.1", "0:0:0:0:0:0:0:1"])
def test_every_address_can_be_stored(client: Client, address: str) -> None:
    client.get("/act", REMOTE_ADDR=address)
    _entry, audited = recorded()
    assert audited.remote_addr


def test_forged_address_is_not_stored(client: Client) -> None:
    client.get("/act", headers={"X-Forwarded-For": "203.0.113.6"})
    _entry, audited = recorded()
    assert audited.remote_addr == "127.0.0.1"
