"""Pages for what went wrong: in people's words, with what to do, without the database."""

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from pytest_django import DjangoAssertNumQueries

from oms.pages.errors import server_error
from tests.factories.oms import UserFactory
from tests.oms.admin.world import signed_in


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("13800001234")


handler500 = "oms.pages.errors.server_error"
urlpatterns = [path("broken/", broken), path("", include("oms.urls"))]


@pytest.mark.django_db
def test_unknown_address_says_where_to_look(client: Client) -> None:
    response = client.get("/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'href="/admin/"' in page
    assert "<li>" in page


@pytest.mark.django_db
def test_foreign_page_says_who_is_signed_in_and_whom_to_ask() -> None:
    user = UserFactory.create(is_staff=True, username="lin")
    response = signed_in(user).get("/admin/oms/order/")
    assert response.status_code == 403
    assert "<b>lin</b>" in response.content.decode()


@pytest.mark.django_db
def test_form_from_elsewhere_is_told_to_reload() -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    page = response.content.decode()
    assert response.status_code == 403
    assert 'class="error"' in page
    assert "CSRF" not in page


@pytest.mark.django_db
@override_settings(ROOT_URLCONF="tests.oms.pages.test_errors")
def test_break_down_is_quoted_by_a_number_that_the_log_knows(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = Client(raise_request_exception=False)
    with caplog.at_level(logging.ERROR):
        response = client.get("/broken/")
    page, number = response.content.decode(), response.headers["X-Correlation-Id"]
    assert response.status_code == 500
    assert f"<code>{number}</code>" in page
    assert "13800001234" not in page
    assert number in caplog.text


@pytest.mark.django_db
def test_break_down_asks_nothing_of_the_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert server_error(HttpRequest()).status_code == 500
