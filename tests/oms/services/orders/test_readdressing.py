"""A person sends an order elsewhere: goods come back, the old door is not used, nothing flips."""

from dataclasses import replace

import pytest

from oms.access.checks import NotAllowed
from oms.dto import CipherReceiver
from oms.flows.order import OrderStatus
from oms.models import EvidenceEntry, Order, OrderHold, Receiver
from oms.refusals import Refusal
from oms.services.holds import place_hold
from oms.services.orders.readdressing import (
    AddressIncomplete,
    NewAddress,
    OnlyThePlatformChanges,
    SameAddress,
    TooLateToReaddress,
    change_address,
)
from tests.factories.basics import UserFactory
from tests.factories.incoming import HOME, moved_to
from tests.oms.services.day import Day, are_together, status_of
from tests.oms.services.floor import Floor, document_of

S = OrderStatus


def new(street: str = "新路88号", **parts: str) -> NewAddress:
    region = {"province": HOME.province, "city": HOME.city, "district": HOME.district}
    return NewAddress(street=street, **(region | parts))


def where(order: Order) -> Receiver:
    receiver = Order.objects.get(pk=order.pk).receiver
    assert receiver is not None
    return receiver


def change(order: Order, day: Day, floor: Floor, address: NewAddress | None = None) -> None:
    change_address(
        order.pk, address=address or new(), actor=floor.actor, reason="moved", now=day.now
    )
    order.refresh_from_db()


def test_parcel_goes_to_the_new_door_and_name_and_phone_stay(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    old = document_of(order)
    change(order, day, floor)
    assert (where(order).street, where(order).name, where(order).phone) == (
        "新路88号",
        HOME.name,
        HOME.phone,
    )
    day.until(25)
    assert status_of(order) == S.RELEASED
    assert document_of(order) != old
    assert document_of(order).receiver == where(order)
    entry = EvidenceEntry.objects.get(kind="receiver.change")
    assert entry.actor_id == floor.actor.pk
    assert "新路" not in str(entry.facts)


def test_what_the_channel_repeats_does_not_flip_it_back(day: Day, floor: Floor) -> None:
    order = day.order("1")
    change(order, day, floor)
    change(order, day, floor, new("新路99号"))
    day.revise("1", seller_memo="hello")
    assert where(order).street == "新路99号"


def test_what_the_channel_tells_anew_counts(day: Day, floor: Floor) -> None:
    order = day.order("1")
    change(order, day, floor)
    day.revise("1", receiver=moved_to("第三路3号"))
    assert where(order).street == "第三路3号"
    day.revise("1", receiver=HOME)
    assert where(order).street == HOME.street


def test_sibling_stays_and_the_moved_one_leaves(day: Day, floor: Floor) -> None:
    orders = [day.order(str(n)) for n in range(3)]
    day.until(5)
    document = document_of(orders[0])
    change(orders[2], day, floor)
    assert are_together(*orders[:2])
    assert document_of(orders[0]) == document
    day.until(20)
    assert not are_together(*orders)


def test_goods_in_a_tote_are_taken_out(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    document = document_of(order)
    floor.pick(document)
    change(order, day, floor)
    document.refresh_from_db()
    assert (document.status, status_of(order)) == ("cancelled", S.APPROVED)


def test_holds_for_a_missing_address_end(day: Day, floor: Floor) -> None:
    order = day.order("1", receiver=replace(HOME, phone="", street="村口"))
    day.until(1)
    assert order.holds.filter(released_at=None, code="address_incomplete").exists()
    other = OrderHold.Owner.PERSON
    place_hold(order, code="person", owner=other, now=day.now)
    change(order, day, floor, new(phone="13800001234"))
    assert list(order.holds.filter(released_at=None).values_list("code", flat=True)) == ["person"]


def test_order_without_receiver_gets_one(day: Day, floor: Floor) -> None:
    order = day.order("1", receiver=None)
    with pytest.raises(AddressIncomplete):
        change(order, day, floor)
    change(order, day, floor, new(name="王一", phone="13800001234"))
    assert where(order).name == "王一"


@pytest.mark.parametrize(
    "parts",
    [{"street": " "}, {"city": ""}, {"phone": "138****1234"}, {"name": "王*"}, {"phone": "123"}],
)
def test_half_an_address_is_refused(day: Day, floor: Floor, parts: dict[str, str]) -> None:
    order = day.order("1")
    before = order.receiver_id
    with pytest.raises(AddressIncomplete):
        change(order, day, floor, replace(new(), **parts))
    order.refresh_from_db()
    assert order.receiver_id == before


def test_same_address_in_other_letters_is_no_change(day: Day, floor: Floor) -> None:
    order = day.order("1")
    same = new(f" {HOME.street} ", town=HOME.town)
    with pytest.raises(SameAddress):
        change(order, day, floor, same)


def refuse(day: Day, floor: Floor, order: Order, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        change(order, day, floor)
    assert not EvidenceEntry.objects.filter(kind="receiver.change").exists()


def test_what_left_is_not_sent_elsewhere(day: Day, floor: Floor) -> None:
    order = day.order("1")
    day.until(10)
    floor.ship(document_of(order))
    refuse(day, floor, order, TooLateToReaddress)


def test_ciphertext_is_changed_on_the_platform(day: Day, floor: Floor) -> None:
    cipher = CipherReceiver(platform_ref="r", name_cipher="a", phone_cipher="b", street_cipher="c")
    refuse(day, floor, day.order("1", receiver=cipher), OnlyThePlatformChanges)


def test_right_to_edit_is_needed(day: Day) -> None:
    order = day.order("1")
    with pytest.raises(NotAllowed):
        change(order, day, Floor(UserFactory.create()))
