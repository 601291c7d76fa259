"""Every page of the channels against everybody: who gets in, and that a refusal changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import RawOrder, StoreConnection
from oms.models import Job, Order
from tests.channels_sync.admin.conftest import Desk, browser, member
from tests.factories.channels_sync import NAME, PHONE, SECRET, STREET, csv_file, row
from tests.factories.oms import UserFactory

pytestmark = pytest.mark.django_db

Address = Callable[[Desk], str]


def at(name: str, *, query: str = "", of: str = "") -> Address:
    """Return how a page's address is made; ``of`` names what it is about."""
    about: dict[str, Callable[[Desk], int]] = {
        "raw": lambda desk: desk.raw_id,
        "upload": lambda desk: desk.upload.pk,
        "trial": lambda desk: desk.trial.pk,
        "connection": lambda desk: desk.shop.connection.pk,
        "cancellation": lambda desk: desk.cancellation.pk,
        "mapping": lambda desk: desk.mapping.pk,
    }

    def address(desk: Desk) -> str:
        args = [about[of](desk)] if of else []
        return reverse(f"admin:channels_sync_{name}", args=args) + query

    return address


IMPORTERS = {
    "inbox": at("raworder_changelist", query="?view=inbox"),
    "list": at("raworder_changelist"),
    "raw order": at("raworder_change", of="raw"),
    "replay": at("raworder_replay"),
    "start": at("importmapping_changelist"),
    "mapping": at("importmapping_change", of="mapping"),
    "columns": at("import_columns", of="upload"),
    "job": at("import_job", of="trial"),
    "progress": at("import_progress", of="trial"),
    "faulty rows": at("import_faulty", of="trial"),
}
MANAGERS = {
    "connections": at("storeconnection_changelist"),
    "connection": at("storeconnection_change", of="connection"),
    "connect": at("storeconnection_add"),
}
LOOKERS = {
    "cancellations": at("externalcancellation_changelist"),
    "cancellation": at("externalcancellation_change", of="cancellation"),
}
PAGES = IMPORTERS | MANAGERS | LOOKERS
ABOUT_ONE = ("raw order", "mapping", "columns", "job", "progress", "faulty rows", "connection",
             "cancellation")  # fmt: skip

every_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def text_of(answer: Any) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode()
    return str(answer.content.decode())


@every_page
def test_anonymous_is_asked_to_sign_in(desk: Desk, page: Address) -> None:
    answer = browser(None).get(page(desk))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@every_page
def test_person_without_a_role_gets_nothing(desk: Desk, page: Address) -> None:
    nobody = browser(UserFactory.create(is_staff=True))
    assert nobody.get(page(desk)).status_code in (302, 403, 404)


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_manager_of_another_store_does_not_see_it(desk: Desk, foreigner: Client, name: str) -> None:
    assert foreigner.get(PAGES[name](desk)).status_code in (302, 404)


@pytest.mark.parametrize("name", sorted(set(PAGES) - set(ABOUT_ONE) - {"replay"}))
def test_lists_of_another_store_s_manager_hold_nothing_of_it(
    desk: Desk, foreigner: Client, name: str
) -> None:
    answer = foreigner.get(PAGES[name](desk))
    assert answer.status_code == 200
    shown = text_of(answer)
    for word in (desk.store.name, "W-1", "C-1", "orders.csv"):
        assert word not in shown


@pytest.mark.parametrize("name", [*IMPORTERS, *MANAGERS])
@pytest.mark.parametrize("role", ["auditor", "finance"])
def test_wrong_role_in_the_store_gets_nothing(desk: Desk, name: str, role: str) -> None:
    user = browser(member(desk.store, role))
    assert user.get(PAGES[name](desk)).status_code in (302, 403, 404)


@pytest.mark.parametrize("name", MANAGERS)
def test_clerk_does_not_connect_stores(desk: Desk, clerk: Client, name: str) -> None:
    assert clerk.get(PAGES[name](desk)).status_code == 403


@pytest.mark.parametrize("name", [*(set(IMPORTERS) - {"replay"}), *LOOKERS])
def test_clerk_of_the_store_gets_in(desk: Desk, clerk: Client, name: str) -> None:
    assert clerk.get(PAGES[name](desk)).status_code == 200


@pytest.mark.parametrize("name", MANAGERS)
def test_manager_of_the_store_connects_it(desk: Desk, manager: Client, name: str) -> None:
    assert manager.get(PAGES[name](desk)).status_code == 200


@pytest.mark.parametrize("name", sorted(set(PAGES) - {"faulty rows"}))
def test_no_page_shows_personal_data_or_secrets(desk: Desk, manager: Client, name: str) -> None:
    shown = text_of(manager.get(PAGES[name](desk)))
    assert not [word for word in (NAME, PHONE, STREET, SECRET) if word in shown]


POSTS: dict[str, tuple[Address, dict[str, str]]] = {
    "replay one": (at("raworder_replay_this", of="raw"), {"confirmed": "yes"}),
    "dismiss one": (
        at("raworder_dismiss_this", of="raw"),
        {"confirmed": "yes", "reason": "because"},
    ),
    "replay a group": (at("raworder_replay"), {"confirmed": "yes"}),
    "start the import": (at("import_start", of="trial"), {}),
    "start a trial": (at("import_columns", of="upload"), {"start": "1"}),
    "new secret": (at("storeconnection_new_secret", of="connection"), {"confirmed": "yes"}),
}


def everything(desk: Desk) -> tuple[Any, ...]:
    return (
        list(RawOrder.objects.order_by("pk").values_list("status", "attempts")),
        Order.objects.count(),
        Job.objects.count(),
        StoreConnection.objects.get(pk=desk.shop.connection.pk).credentials,
    )


@pytest.mark.parametrize("post", POSTS.values(), ids=POSTS)
@pytest.mark.parametrize("who", ["anonymous", "another store", "wrong role"])
def test_refused_act_changes_nothing(
    desk: Desk, foreigner: Client, who: str, post: tuple[Address, dict[str, str]]
) -> None:
    person = {
        "anonymous": browser(None),
        "another store": foreigner,
        "wrong role": browser(member(desk.store, "auditor")),
    }[who]
    before = everything(desk)
    address, data = post
    assert person.post(address(desk), data).status_code in (302, 403, 404)
    assert everything(desk) == before


def test_upload_to_another_store_is_refused(desk: Desk, foreigner: Client) -> None:
    before = Job.objects.count()
    data = {"store": desk.store.pk, "file": csv_file(row())}
    assert foreigner.post(PAGES["start"](desk), data).status_code == 200
    assert Job.objects.count() == before


@pytest.mark.parametrize(
    "name", ["raworder_replay_this", "raworder_dismiss_this", "raworder_replay"]
)
def test_looking_changes_nothing(desk: Desk, clerk: Client, name: str) -> None:
    before = everything(desk)
    of = "" if name == "raworder_replay" else "raw"
    assert clerk.get(at(name, of=of)(desk)).status_code in (200, 302)
    assert everything(desk) == before
