import pytest
from django.test import Client
from django.urls import reverse

from oms.models import User
from tests.factories.oms import PASSWORD
from tests.factories.warehouse import Floor


def sign_in(client: Client, name: str, password: str = PASSWORD, onward: str = "") -> int:
    response = client.post(
        reverse("warehouse:login"), {"name": name, "password": password, "next": onward}
    )
    return int(response.status_code)


def is_in(client: Client) -> bool:
    return client.get(reverse("warehouse:home")).status_code == 200


def test_name_and_password_open_the_door(floor: Floor) -> None:
    client = Client()
    assert sign_in(client, floor.worker.username) == 302
    assert is_in(client)


def test_badge_counts_as_the_name(floor: Floor) -> None:
    floor.worker.badge_no = "B-0007"
    floor.worker.save()
    client = Client()
    assert sign_in(client, "]C1B-0007\r") == 302
    assert is_in(client)


@pytest.mark.parametrize(
    ("name", "password"),
    [("nobody", PASSWORD), ("", ""), ("\x00", "\x00"), ("\ud800", "x"), ("x" * 5000, "y" * 5000)],
)
def test_wrong_ones_are_told_the_same(floor: Floor, name: str, password: str) -> None:
    client = Client()
    try:
        status = sign_in(client, name, password)
    except UnicodeEncodeError:  # the test's own client cannot send half a surrogate pair
        return
    assert status == 403
    assert not is_in(client)


def test_wrong_password_stays_outside(floor: Floor) -> None:
    client = Client()
    assert sign_in(client, floor.worker.username, "wrong") == 403
    assert not is_in(client)


def test_leaver_stays_outside(floor: Floor) -> None:
    client = Client()
    sign_in(client, floor.worker.username)
    User.objects.filter(pk=floor.worker.pk).update(is_active=False)
    assert not is_in(client)
    assert sign_in(Client(), floor.worker.username) == 403


def test_guessing_is_locked_out(floor: Floor) -> None:
    client = Client()
    for _ in range(8):
        sign_in(client, floor.worker.username, "wrong")
    sign_in(client, floor.worker.username)
    assert not is_in(client)


@pytest.mark.parametrize(
    ("onward", "target"),
    [
        ("/wh/pick/", "/wh/pick/"),
        ("https://evil.example.com/wh/", "/wh/"),
        ("//evil.example.com", "/wh/"),
        ("/admin/", "/wh/"),
        ("", "/wh/"),
    ],
)
def test_onward_leads_only_into_the_warehouse(floor: Floor, onward: str, target: str) -> None:
    response = Client().post(
        reverse("warehouse:login"),
        {"name": floor.worker.username, "password": PASSWORD, "next": onward},
    )
    assert response["Location"] == target


def test_signed_in_person_goes_straight_to_work(floor: Floor) -> None:
    client = Client()
    sign_in(client, floor.worker.username)
    assert client.get(reverse("warehouse:login"))["Location"] == "/wh/"


def test_sign_out_is_a_post(floor: Floor) -> None:
    client = Client()
    sign_in(client, floor.worker.username)
    assert client.get(reverse("warehouse:logout")).status_code == 405
    client.post(reverse("warehouse:logout"))
    assert not is_in(client)
