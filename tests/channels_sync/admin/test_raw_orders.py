"""The inbox and the list: grouped, counted, asked first, done, told."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from channels_sync.models import RawOrder
from channels_sync.services import intake
from oms.models import Listing, Order
from tests.channels_sync.admin.conftest import Desk
from tests.factories.channels_sync import line_json
from tests.factories.oms import NOW, SkuFactory

pytestmark = pytest.mark.django_db
LIST = "admin:channels_sync_raworder_changelist"


def exceptions_of_cap(desk: Desk, more: int = 2) -> list[int]:
    for number in range(more):
        desk.shop.keep(number=f"CAP-{number}", lines=[line_json("CAP", title="帽子")])
    intake.drain(now=NOW)
    rows = RawOrder.objects.filter(cause="unmapped_listing").order_by("pk")
    return list(rows.values_list("pk", flat=True))


def heal() -> None:
    listing = Listing.objects.get(merchant_code="CAP")
    listing.sku = SkuFactory.create()
    listing.save()


def act(client: Client, action: str, ids: list[int], **more: str) -> str:
    data = {"action": action, "_selected_action": [str(pk) for pk in ids], **more}
    answer = client.post(reverse(LIST), data, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def group_of(raw_id: int) -> str:
    raw = RawOrder.objects.get(pk=raw_id)
    query = urlencode({"cause": raw.cause, "why": raw.explanation})
    return f"{reverse('admin:channels_sync_raworder_replay')}?{query}"


def test_inbox_counts_by_cause_and_every_count_is_a_door(desk: Desk, clerk: Client) -> None:
    ids = exceptions_of_cap(desk)
    page = clerk.get(reverse(LIST), {"view": "inbox"})
    lines = {line.label: line for line in page.context["lines"]}
    line = next(line for line in lines.values() if line.count == len(ids))
    assert "帽子" in line.explanation
    behind = clerk.get(line.rows)
    assert {row.pk for row in behind.context["cl"].queryset} == set(ids)


def test_replay_of_a_group_is_asked_first_then_heals_it(desk: Desk, clerk: Client) -> None:
    ids = exceptions_of_cap(desk)
    heal()
    question = clerk.get(group_of(ids[0])).content.decode()
    assert all(f"CAP-{number}" in question for number in range(2))
    before = Order.objects.count()
    clerk.post(group_of(ids[0]), {"confirmed": "yes"})
    assert Order.objects.count() == before + len(ids)


def test_question_tells_which_cannot_and_why(desk: Desk, clerk: Client) -> None:
    [pk, *_rest] = exceptions_of_cap(desk)
    page = act(clerk, "replay", [pk])
    assert "帽子" in page
    assert RawOrder.objects.get(pk=pk).status == "exception"


def test_replay_from_the_list_says_how_many_are_in(desk: Desk, clerk: Client) -> None:
    ids = exceptions_of_cap(desk)
    heal()
    act(clerk, "replay", ids[:2], confirmed="yes")
    states = RawOrder.objects.filter(pk__in=ids).order_by("pk").values_list("status", flat=True)
    assert list(states) == ["ingested", "ingested", "exception"]


def test_dismissal_wants_a_reason(desk: Desk, clerk: Client) -> None:
    [pk, *_rest] = exceptions_of_cap(desk)
    act(clerk, "dismiss", [pk], confirmed="yes", reason="")
    assert RawOrder.objects.get(pk=pk).status == "exception"
    act(clerk, "dismiss", [pk], confirmed="yes", reason="a test")
    assert RawOrder.objects.get(pk=pk).status == "ignored"


def test_taking_over_and_putting_off(desk: Desk, clerk: Client) -> None:
    [pk, *_rest] = exceptions_of_cap(desk)
    act(clerk, "take_over", [pk])
    act(clerk, "snooze", [pk])
    raw = RawOrder.objects.get(pk=pk)
    assert raw.assigned_to is not None
    assert raw.snoozed_until is not None
    local = timezone.localtime(raw.snoozed_until)
    assert (local.hour, raw.snoozed_until - timezone.now() < timedelta(days=2)) == (8, True)
    snoozed = clerk.get(reverse(LIST), {"attention": "snoozed"})
    assert [row.pk for row in snoozed.context["cl"].queryset] == [pk]


def test_button_of_the_page_replays_that_order(desk: Desk, clerk: Client) -> None:
    heal()
    address = reverse("admin:channels_sync_raworder_replay_this", args=[desk.raw_id])
    answer = clerk.post(address, {"confirmed": "yes"}, follow=True)
    assert answer.status_code == 200
    assert RawOrder.objects.get(pk=desk.raw_id).status == "ingested"


def test_list_asks_the_database_as_often_for_many_rows_as_for_few(
    desk: Desk, clerk: Client
) -> None:
    address = reverse(LIST)
    clerk.get(address)
    few = _queries(clerk, address)
    exceptions_of_cap(desk, more=15)
    assert _queries(clerk, address) <= few + 1


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get(address)
    return len(found)
