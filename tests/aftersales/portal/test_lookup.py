"""The way in: both numbers or nothing, and nothing that tells which one was wrong."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from aftersales.models import CaseLink
from aftersales.portal import views
from aftersales.portal.forms import number_as_typed
from aftersales.services.links import look_up
from oms.models import Order
from tests.aftersales.portal.buyer import text_of
from tests.factories.aftersales import NOW, parcel_of, shipped_order

pytestmark = pytest.mark.django_db

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def try_pair(client: Client, order_no: str, waybill_no: str) -> Any:
    data = {"order_no": order_no, "waybill_no": waybill_no}
    return client.post(reverse("aftersales:lookup"), data)


def pair(order: Order) -> tuple[str, str]:
    return str(order.channel_order_no), str(parcel_of(order).waybill_no)


def test_page_opens(client: Client) -> None:
    assert client.get(reverse("aftersales:lookup")).status_code == 200


def test_both_numbers_lead_to_the_form(client: Client) -> None:
    response = try_pair(client, *pair(shipped_order()))
    assert response.status_code == 302
    page = client.get(response["Location"])
    assert page.status_code == 200


def test_numbers_may_be_typed_as_telephones_do(client: Client) -> None:
    order_no, waybill_no = pair(shipped_order())
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    spaced = f" {waybill_no[:4]} {waybill_no[4:]} "
    assert try_pair(client, order_no.translate(wide), spaced.lower()).status_code == 302


def test_every_wrong_pair_gets_the_same_answer(client: Client) -> None:
    (order_no, waybill_no), (other_no, other_waybill) = pair(shipped_order()), pair(shipped_order())
    wrong = [
        (order_no, other_waybill),
        (other_no, waybill_no),
        (order_no, "SF0000000009999"),
        ("999999", waybill_no),
        ("999999", "SF0000000009999"),
    ]
    seen = {_bare(try_pair(client, *given), given) for given in wrong}
    assert len(seen) == 1
    assert not CaseLink.objects.exists()


def _bare(response: Any, given: tuple[str, str]) -> tuple[int, str]:
    """Leave out of a page what the person typed himself, and the token of the form."""
    page = _TOKEN.sub("", text_of(response))
    for number in given:
        page = page.replace(number, "")
    return response.status_code, page


def test_too_many_tries_are_refused_right_or_wrong(client: Client) -> None:
    order_no, waybill_no = pair(shipped_order())
    for n in range(views.TRIES_PER_ADDRESS):
        assert try_pair(client, f"9{n}", "SF0").status_code == 200
    assert try_pair(client, "999", "SF0").status_code == 429
    assert try_pair(client, order_no, waybill_no).status_code == 429
    with time_machine.travel(NOW + timedelta(minutes=16), tick=False):
        assert try_pair(client, order_no, waybill_no).status_code == 302


def test_one_order_cannot_be_guessed_from_many_addresses(client: Client) -> None:
    order_no, waybill_no = pair(shipped_order())
    for n in range(views.TRIES_PER_ORDER):
        client.defaults["REMOTE_ADDR"] = f"203.0.113.{n}"
        try_pair(client, order_no, f"SF{n}")
    client.defaults["REMOTE_ADDR"] = "203.0.113.99"
    assert try_pair(client, order_no, waybill_no).status_code == 429


@pytest.mark.parametrize("empty", ["", "   ", "\x00"])
def test_empty_numbers_are_asked_for_again(client: Client, empty: str) -> None:
    response = try_pair(client, empty, empty)
    assert response.status_code == 200
    assert "wrong" in text_of(response)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("Web-1a", "Web-1a"), (" Ｗ１２ 34\u200b", "W1234"), ("sf 123", "sf123")],
)
def test_letters_of_a_number_stay_as_they_were_typed(typed: str, read: str) -> None:
    assert number_as_typed(typed) == read


def test_order_number_with_letters_is_found_however_it_is_typed() -> None:
    order = shipped_order(channel_order_no="W26112201061404")
    waybill = str(parcel_of(order).waybill_no)
    for typed in ("W26112201061404", "w26112201061404"):
        assert look_up(waybill, order_no=typed, now=NOW) is not None
