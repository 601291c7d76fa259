import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.oms import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def test_monitor_has_a_fixed_address() -> None:
    assert reverse("healthz") == "/healthz"


def test_stranger_is_asked_who_he_is(client: Client) -> None:
    response = client.get(reverse("admin:index"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("admin:login"))


def test_login_page_answers_in_chinese(client: Client) -> None:
    response = client.get(reverse("admin:login"))
    assert response.status_code == 200
    assert '<html lang="zh-hans"' in response.content.decode()


def test_person_without_an_admin_account_stays_outside(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get(reverse("admin:index")).status_code == 302


def test_superuser_signs_in_and_sees_the_workbench(client: Client) -> None:
    user = UserFactory.create(superuser=True)
    answer = client.post(
        reverse("admin:login"),
        {"username": user.username, "password": PASSWORD, "next": reverse("admin:index")},
    )
    assert answer.status_code == 302
    assert client.get(reverse("admin:index")).status_code == 200


def test_unknown_address_is_not_found(client: Client) -> None:
    assert client.get("/no/such/page").status_code == 404
