"""Ways in without an account: nothing of a token is kept, and no pair of numbers is told apart."""

from datetime import datetime, timedelta

import pytest

from aftersales.models import CaseLink
from aftersales.services.links import (
    LinkNotValid,
    NewLink,
    find,
    look_up,
    make_form_link,
    make_status_link,
)
from oms.access.checks import NotAllowed
from oms.models import Order, Shipment, ShipmentLine
from tests.factories.aftersales import open_case, parcel_of, service_person, shipped_order
from tests.factories.oms import UserFactory

pytestmark = pytest.mark.django_db

FORM, STATUS = CaseLink.Purpose.FORM, CaseLink.Purpose.STATUS


def numbers(order: Order) -> tuple[str, str]:
    return str(parcel_of(order).waybill_no), str(order.channel_order_no)


def test_token_is_long_and_never_kept(now: datetime) -> None:
    made = make_status_link(open_case(), now=now)
    assert len(made.token) == 22  # 128 bits in base 64
    row = CaseLink.objects.get(pk=made.link.pk)
    assert made.token not in (row.token_hash, str(vars(row)))
    assert find(made.token, purpose=STATUS, now=now) == row


def test_two_links_have_two_tokens(now: datetime) -> None:
    case = open_case()
    assert make_status_link(case, now=now).token != make_status_link(case, now=now).token


def test_link_is_good_for_its_purpose_only_and_runs_out(now: datetime) -> None:
    made = make_status_link(open_case(), now=now)
    for token, purpose, at in (
        (made.token, FORM, now),
        (made.token, STATUS, now + timedelta(days=181)),
        ("x" * 22, STATUS, now),
        ("", STATUS, now),
    ):
        with pytest.raises(LinkNotValid):
            find(token, purpose=purpose, now=at)


def test_both_numbers_open_the_form(now: datetime) -> None:
    order = shipped_order()
    waybill_no, order_no = numbers(order)
    made = look_up(waybill_no, order_no=order_no, now=now)
    assert isinstance(made, NewLink)
    assert made.link.order == order
    assert look_up(waybill_no.lower(), order_no=order.order_no.lower(), now=now)


def test_numbers_of_two_orders_open_nothing(now: datetime) -> None:
    order, other = shipped_order(), shipped_order()
    (waybill_no, order_no), (other_waybill, other_no) = numbers(order), numbers(other)
    for pair in (
        (waybill_no, other_no),
        (other_waybill, order_no),
        (waybill_no, ""),
        ("", order_no),
        ("SF0", "0"),
    ):
        assert look_up(pair[0], order_no=pair[1], now=now) is None


def test_order_without_a_waybill_is_not_found_by_an_empty_one(now: datetime) -> None:
    order = shipped_order()
    Shipment.objects.update(waybill_no=None)
    assert look_up("", order_no=str(order.channel_order_no), now=now) is None


def test_each_order_of_a_shared_parcel_is_found_by_its_own_number(now: datetime) -> None:
    order, sibling = shipped_order(), shipped_order()
    parcel = parcel_of(order)
    ShipmentLine.objects.filter(shipment=parcel_of(sibling)).update(shipment=parcel)
    for one in (order, sibling):
        made = look_up(str(parcel.waybill_no), order_no=str(one.channel_order_no), now=now)
        assert made is not None
        assert made.link.order == one


def test_customer_service_makes_links_for_its_own_stores(now: datetime) -> None:
    order = shipped_order()
    person = service_person(order)
    made = make_form_link(order.pk, actor=person, now=now)
    assert (made.link.made_by, made.link.expires_at) == (person, now + timedelta(days=14))
    for stranger in (UserFactory.create(), service_person(shipped_order())):
        with pytest.raises(NotAllowed):
            make_form_link(order.pk, actor=stranger, now=now)
