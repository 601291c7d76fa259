"""The first page: a demo's door, and no door at all outside the demo."""

import pytest
from django.test import Client
from pytest_django import Settings

from oms.management.demo.people import ACCOUNTS
from tests.factories.oms import UserFactory

pytestmark = pytest.mark.django_db


def test_outside_demo_mode_the_first_page_leads_to_work(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response.headers["Location"] == "/admin/"


def test_outside_demo_mode_nobody_signs_in_by_a_click(client: Client) -> None:
    UserFactory.create(username="kefu")
    assert client.post("/demo/sign-in/", {"username": "kefu"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_demo_offers_every_role(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    page = client.get("/").content.decode()
    assert all(f'value="{username}"' in page for username, _name, _role in ACCOUNTS)


@pytest.mark.parametrize(("username", "work"), [("kefu", "/admin/"), ("cangku", "/wh/")])
def test_demo_signs_in_by_a_click_and_leads_to_the_roles_work(
    client: Client, settings: Settings, username: str, work: str
) -> None:
    settings.DEMO = True
    user = UserFactory.create(username=username)
    response = client.post("/demo/sign-in/", {"username": username})
    assert response.headers["Location"] == work
    assert client.session["_auth_user_id"] == str(user.pk)


def test_demo_signs_in_nobody_but_its_own_people(client: Client, settings: Settings) -> None:
    settings.DEMO = True
    UserFactory.create(username="a-real-person")
    assert client.post("/demo/sign-in/", {"username": "a-real-person"}).status_code == 404
    assert "_auth_user_id" not in client.session


def test_signing_in_asks_for_a_form_of_ours(settings: Settings) -> None:
    settings.DEMO = True
    UserFactory.create(username="kefu")
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/demo/sign-in/", {"username": "kefu"}).status_code == 403
