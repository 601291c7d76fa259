"""The page of all lines: who sees which store, what it says, and what the buttons do."""

import pytest
from django.test import Client
from django.urls import reverse

from channels_sync.models import LineState, StoreConnection, SyncCursor
from oms.models import Store
from tests.channels_sync.admin.conftest import browser, member
from tests.channels_sync.pull.scripted import ScriptedPuller
from tests.factories.oms import NOW, StoreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def store() -> Store:
    store = StoreFactory.create(name="旗舰店甲")
    StoreConnection.objects.create(
        store=store, kind=ScriptedPuller.kind, base_url="http://127.0.0.1:1"
    )
    SyncCursor.objects.create(
        store=store,
        lane="orders",
        since=NOW,
        not_before=NOW,
        failures=2,
        last_error="系统繁忙，请稍后",
        error_code="15",
        error_kind="retry",
    )
    return store


@pytest.fixture
def boss(store: Store) -> Client:
    return browser(member(store, "store_manager"))


def page(client: Client, query: str = "") -> str:
    response = client.get(reverse("admin:channel_status") + query)
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, name: str, store: Store, **told: str) -> int:
    url = reverse(f"admin:channel_status_{name}", args=[store.pk])
    return client.post(url, told).status_code


def test_page_tells_the_words_of_the_platform_and_what_to_do(store: Store, boss: Client) -> None:
    text = page(boss)
    assert "系统繁忙，请稍后" in text
    assert "旗舰店甲" in text
    assert reverse("admin:channel_status_try", args=[store.pk]) in text


def test_clerk_sees_the_line_without_buttons(store: Store) -> None:
    text = page(browser(member(store, "customer_service")))
    assert "系统繁忙，请稍后" in text
    assert reverse("admin:channel_status_try", args=[store.pk]) not in text


def test_people_of_another_store_see_and_do_nothing(store: Store) -> None:
    foreign = browser(member(StoreFactory.create(), "store_manager"))
    assert "旗舰店甲" not in page(foreign)
    for name in ("try", "pause", "resume"):
        assert act(foreign, name, store) == 403
    auditor = browser(member(store, "auditor"))
    assert auditor.get(reverse("admin:channel_status")).status_code == 403
    assert not LineState.objects.exists()


def test_page_is_narrowed_down_by_level_and_name(store: Store, boss: Client) -> None:
    assert "系统繁忙" not in page(boss, "?level=fine")
    assert "系统繁忙" not in page(boss, "?q=nobody")
    assert "系统繁忙" in page(boss, "?q=旗舰")
    assert "系统繁忙" not in page(boss, "?level=nonsense")


def test_pause_asks_why_and_resume_lets_it_go_on(store: Store, boss: Client) -> None:
    url = reverse("admin:channel_status_pause", args=[store.pk])
    assert boss.get(url).status_code == 200
    assert act(boss, "pause", store, confirmed="yes", reason="") == 200
    assert not LineState.objects.exists()
    assert act(boss, "pause", store, confirmed="yes", reason="盘点中") == 302
    assert "盘点中" in page(boss)
    assert act(boss, "resume", store) == 302
    assert LineState.objects.get().paused_at is None


def test_try_now_only_by_post(store: Store, boss: Client) -> None:
    url = reverse("admin:channel_status_try", args=[store.pk])
    assert boss.get(url).status_code == 405
    assert act(boss, "try", store) == 302


def test_store_that_does_not_answer_stands_on_the_board(store: Store, boss: Client) -> None:
    LineState.objects.create(store=store, failures=5, opened_at=NOW, probe_at=NOW)
    url = reverse("admin:channel_status") + "?silent=1"
    assert url in boss.get("/admin/").content.decode()
    assert "旗舰店甲" in boss.get(url).content.decode()
    LineState.objects.update(opened_at=None, probe_at=None, failures=0)
    assert "系统繁忙" not in boss.get(url).content.decode()
