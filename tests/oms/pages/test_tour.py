"""The tour: only in the demo, every step leads somewhere, and a tick is the database's word."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import Settings

from oms.management.demo.people import ACCOUNTS
from oms.management.demo.tour import BUYER
from oms.models import MergeGroup, MergeMembership
from oms.pages.tour import TITLES
from oms.registries import Story, tour_steps
from tests.factories.oms import BuyerFactory, OrderFactory, UserFactory
from tests.oms.admin.world import signed_in

pytestmark = pytest.mark.django_db
NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def demo(settings: Settings) -> Settings:
    settings.DEMO = True
    settings.SIMULATED_SHOPS = NOBODY
    return settings


def done(client: Client) -> dict[str, bool]:
    stories = client.get("/demo/tour/").context["stories"]
    return {step["key"]: step["is_done"] for story in stories for step in story["steps"]}


def test_tour_does_not_exist_outside_the_demo(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    assert client.get("/demo/tour/").status_code == 404
    assert client.post("/demo/tour/merge.bought/").status_code == 404


def test_first_page_leads_to_the_tour(client: Client, demo: Settings) -> None:
    assert 'href="/demo/tour/"' in client.get("/").content.decode()


def test_every_story_begins_with_a_button_and_is_told_by_the_demos_people(
    client: Client, demo: Settings
) -> None:
    assert set(TITLES) == set(Story)
    people = {username for username, _name, _role in ACCOUNTS}
    for story in Story:
        steps = sorted(
            (step for step in tour_steps if step.story is story), key=lambda step: step.order
        )
        assert steps[0].act is not None
        assert {step.username for step in steps} <= people
        assert len({step.order for step in steps}) == len(steps)


def test_every_step_leads_to_a_page(demo: Settings) -> None:
    root = signed_in(UserFactory.create(superuser=True))
    for step in tour_steps:
        assert root.get(step.link()).status_code == 200, step.key


def test_nothing_is_ticked_in_an_empty_database(client: Client, demo: Settings) -> None:
    assert not any(done(client).values())


def test_merge_is_ticked_when_two_orders_of_the_tours_buyer_share_a_group(
    client: Client, demo: Settings
) -> None:
    buyer = BuyerFactory.create(channel_buyer_id=f"demo-buyer-{BUYER:03d}")
    placed = [OrderFactory.create(buyer=buyer, waiting_merge=True) for _order in range(2)]
    assert done(client)["merge.bought"] is True
    assert done(client)["merge.together"] is False
    now = placed[0].status_at
    group = MergeGroup.objects.create(
        group_no="MG-1", store=placed[0].store, merge_key="k", made_at=now
    )
    for order in placed:
        MergeMembership.objects.create(group=group, order=order, joined_at=now)
    assert done(client)["merge.together"] is True
    assert done(client)["merge.sent"] is False


def test_sleeping_simulator_is_told_in_words(client: Client, demo: Settings) -> None:
    response = client.post("/demo/tour/merge.bought/")
    assert response.status_code == 302
    [message] = get_messages(response.wsgi_request)
    assert message.level_tag == "error"


@pytest.mark.parametrize("key", ["nonsense", "merge.together"])
def test_step_without_a_button_cannot_be_pressed(client: Client, demo: Settings, key: str) -> None:
    assert client.post(f"/demo/tour/{key}/").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/returns/decide/", "/returns/decide/"),
        ("https://example.com/", "/admin/"),
        ("//example.com/", "/admin/"),
    ],
)
def test_step_is_opened_as_its_person_and_never_elsewhere(
    client: Client, demo: Settings, wanted: str, led_to: str
) -> None:
    UserFactory.create(username="kefu")
    response = client.post("/demo/sign-in/", {"username": "kefu", "next": wanted})
    assert response.headers["Location"] == led_to
