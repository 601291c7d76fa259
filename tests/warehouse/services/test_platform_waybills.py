"""Ciphertext gets its number from its own store's platform: once, and found again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from oms.dto import CipherReceiver
from oms.models import Order, Shipment
from oms.transitions import fire
from tests.factories.oms import NOW, OrderFactory, StoreFactory
from tests.factories.warehouse import CarrierAccountFactory, Floor, stand_at
from tests.warehouse.services.books import refused
from tests.warehouse.services.platform_bench import (
    BRANCH,
    Desk,
    account_of,
    hide_receiver,
    refusal,
    served,
    silence,
)
from warehouse.models import CarrierAccount, Waybill
from warehouse.services.waybills import branches, contents, printing
from warehouse.services.waybills.labelling import (
    NotPrintedYet,
    NoWaybillYet,
    label_parcel,
    label_pdf,
    note_print,
)
from warehouse.services.waybills.platform_requests import ForeignCiphertext, NoPlatformOrder
from warehouse.services.waybills.probing import BranchIsGone, NothingLeft, probe
from warehouse.services.waybills.requests import PlatformWaybillOnly
from warehouse.services.waybills.settling import settle_due
from warehouse.services.waybills.voiding import ask_void

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with served(Desk()) as each:
        yield each


@pytest.fixture
def parcel(floor: Floor, desk: Desk) -> Shipment:
    """A sealed parcel to a ciphertext, of a store with an account at its platform."""
    account_of(floor, desk)
    floor.packed({floor.goods(9, weight_g=300, name="卫衣"): 2})
    shipment = Shipment.objects.get()
    hide_receiver(shipment)
    return shipment


def label(floor: Floor, parcel: Shipment) -> Waybill:
    return label_parcel(parcel.pk, actor=floor.worker, now=NOW)


def test_platform_gives_the_number_for_its_ciphertext(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    waybill = label(floor, parcel)
    parcel.refresh_from_db()
    assert (waybill.status, parcel.status, parcel.issuer) == ("issued", "labelled", "bench")
    assert (parcel.carrier, parcel.waybill_no) == ("zto", waybill.waybill_no)
    request = desk.requests[0]
    assert request.channel_order_nos == (Order.objects.get().channel_order_no,)
    assert request.request_no == waybill.client_order_id
    assert (request.branch_code, request.weight_g) == (BRANCH.branch_code, 600)
    assert [(item.name, item.quantity) for item in request.items] == [("卫衣", 2)]
    receiver = request.receiver
    assert isinstance(receiver, CipherReceiver)
    assert (receiver.platform_ref, receiver.name_cipher) == ("identity-1", "~n~")


def test_sender_is_known_by_the_branch_s_own_address(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    CarrierAccount.objects.update(branch_place={"province": "浙江省", "street": "文一路9号"})
    label(floor, parcel)
    sender = desk.requests[0].sender
    assert (sender.street, sender.name) == ("文一路9号", floor.warehouse.contact_name)


def test_answer_lost_after_the_number_came_about_brings_the_same(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    desk.trouble = [silence()]
    assert label(floor, parcel).status == "unknown"
    settle_due(now=LATER)
    waybill = Waybill.objects.get()
    assert (waybill.status, [waybill.waybill_no]) == ("issued", list(desk.numbers.values()))
    assert len(desk.requests) == 1


def test_refusal_is_told_and_tried_again_under_the_same_number(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    desk.trouble = [refusal()]
    first = label(floor, parcel)
    assert (first.status, "余额不足" in first.last_error) == ("failed", True)
    again = label(floor, parcel)
    assert (again.pk, again.status) == (first.pk, "issued")
    assert len({request.request_no for request in desk.requests}) == 1


def test_voided_number_is_followed_by_another(floor: Floor, parcel: Shipment, desk: Desk) -> None:
    first = label(floor, parcel)
    ask_void(first.pk, actor=floor.worker, reason="换箱", now=NOW)
    settle_due(now=LATER)
    second = label_parcel(parcel.pk, actor=floor.worker, now=LATER)
    assert desk.voided == [first.waybill_no]
    assert second.waybill_no not in ("", first.waybill_no)
    assert second.client_order_id != first.client_order_id


def test_number_nobody_saw_is_found_and_given_back(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    desk.trouble = [silence()]
    waybill = label(floor, parcel)
    ask_void(waybill.pk, actor=floor.worker, reason="取消", now=NOW)
    settle_due(now=LATER)
    assert desk.voided == list(desk.numbers.values())
    waybill.refresh_from_db()
    assert waybill.status == "voided"


def test_collected_parcel_cannot_be_voided(floor: Floor, parcel: Shipment, desk: Desk) -> None:
    waybill = label(floor, parcel)
    ask_void(waybill.pk, actor=floor.worker, reason="取消", now=NOW)
    desk.trouble = [refusal("已揽收，不能取消")]
    settle_due(now=LATER)
    waybill.refresh_from_db()
    assert (waybill.status, waybill.needs_person) == ("void_refused", True)


def test_number_that_was_to_be_voided_is_printed_no_more_though_it_was_not_taken_back(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    waybill = label(floor, parcel)
    note_print(parcel.pk, actor=floor.worker, now=NOW)
    assert waybill.holds_document
    ask_void(waybill.pk, actor=floor.worker, reason="换箱", now=NOW)
    desk.trouble = [refusal("已揽收，不能取消")]
    settle_due(now=LATER)
    waybill.refresh_from_db()
    assert waybill.label is not None
    assert (waybill.status, waybill.holds_document) == ("void_refused", False)
    assert (waybill.label["print_data"], waybill.label["platform"]) == ("", "bench")
    with pytest.raises(Waybill.DoesNotExist):
        printing.print_job(waybill.pk, actor=floor.worker)
    with refused(NoWaybillYet):
        note_print(parcel.pk, actor=floor.worker, now=LATER, reason="再打一张")


@pytest.mark.parametrize("status", ["voiding", "void_refused"])
def test_document_kept_with_a_number_nobody_uses_is_let_go(
    floor: Floor, parcel: Shipment, status: str
) -> None:
    waybill = label(floor, parcel)
    stand_at(Waybill.objects.all(), status)
    assert printing.forget_documents(before=LATER) == 1
    waybill.refresh_from_db()
    assert not waybill.holds_document


def test_another_store_s_ciphertext_is_refused_before_anything_is_written(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    Order.objects.update(store=StoreFactory.create())
    with refused(ForeignCiphertext):
        label(floor, parcel)
    assert (Waybill.objects.count(), desk.requests) == (0, [])


def test_merge_goes_under_all_its_orders_the_receiver_s_own_first(floor: Floor, desk: Desk) -> None:
    account_of(floor, desk)
    shirt, hat = floor.goods(9), floor.goods(9)
    document = floor.merged({shirt: 1}, {hat: 1})
    first, second = Order.objects.order_by("pk")
    document.receiver = second.receiver
    document.save()
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    for sku in (shirt, hat):
        floor.pack(sku.code)
    shipment = Shipment.objects.get()
    hide_receiver(shipment)
    label(floor, shipment)
    numbers = (second.channel_order_no, first.channel_order_no)
    assert desk.requests[0].channel_order_nos == numbers


def test_goods_sent_again_go_under_the_order_they_belong_to(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    sale = OrderFactory.create(store=floor.store)
    mine = Order.objects.exclude(pk=sale.pk)
    mine.update(kind="reship", origin_order=sale, channel_order_no=None)
    label(floor, parcel)
    assert desk.requests[0].channel_order_nos == (sale.channel_order_no,)


def test_order_unknown_to_the_platform_is_refused(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    Order.objects.update(kind="manual", channel_order_no=None)
    with refused(NoPlatformOrder):
        label(floor, parcel)
    assert desk.requests == []


def test_without_an_account_the_number_is_typed_in(floor: Floor, parcel: Shipment) -> None:
    CarrierAccount.objects.update(is_active=False)
    with refused(PlatformWaybillOnly):
        label(floor, parcel)


def test_account_at_another_warehouse_is_none(floor: Floor, parcel: Shipment) -> None:
    CarrierAccount.objects.update(warehouse=Floor().warehouse)
    with refused(PlatformWaybillOnly):
        label(floor, parcel)


def test_readable_receiver_goes_by_the_carrier_s_own_account(
    floor: Floor, parcel: Shipment, desk: Desk
) -> None:
    receiver = parcel.fulfillment.receiver
    assert receiver is not None
    receiver.kind = "plain"
    receiver.save()
    CarrierAccountFactory.create(warehouse=floor.warehouse, base_url="http://127.0.0.1:1")
    assert label(floor, parcel).account.carrier == "sf"
    assert desk.requests == []


def test_store_that_lost_its_connection_is_told(floor: Floor, parcel: Shipment, desk: Desk) -> None:
    desk.stores.clear()
    waybill = label(floor, parcel)
    assert (waybill.status, "电子面单" in waybill.last_error) == ("failed", True)


def test_print_is_counted_and_sent_to_the_component(floor: Floor, parcel: Shipment) -> None:
    waybill = label(floor, parcel)
    with refused(NotPrintedYet):
        printing.print_job(waybill.pk, actor=floor.worker)
    note_print(parcel.pk, actor=floor.worker, now=NOW)
    job = printing.print_job(waybill.pk, actor=floor.worker)
    assert job.message == f"{waybill.client_order_id}-1: sealed {waybill.waybill_no}"
    assert printing.print_job(waybill.pk, actor=floor.worker).key == job.key
    note_print(parcel.pk, actor=floor.worker, now=NOW, reason="卡纸")
    assert printing.print_job(waybill.pk, actor=floor.worker).key != job.key
    with refused(contents.PrintedByPlatform):
        label_pdf(waybill.pk, actor=floor.worker, now=NOW)


def test_stranger_gets_no_document(floor: Floor, parcel: Shipment) -> None:
    waybill = label(floor, parcel)
    note_print(parcel.pk, actor=floor.worker, now=NOW)
    with pytest.raises(Waybill.DoesNotExist):
        printing.print_job(waybill.pk, actor=Floor().worker)


def test_document_is_let_go_after_its_time_and_fetched_again(
    floor: Floor, parcel: Shipment
) -> None:
    waybill = label(floor, parcel)
    note_print(parcel.pk, actor=floor.worker, now=NOW)
    assert printing.forget_documents(before=LATER) == 0
    fire(waybill, "use", now=NOW)
    assert printing.forget_documents(before=NOW) == 0
    assert printing.forget_documents(before=LATER) == 1
    waybill.refresh_from_db()
    assert waybill.label is not None
    assert (waybill.label["print_data"], waybill.holds_document) == ("", False)
    assert printing.print_job(waybill.pk, actor=floor.worker).message.endswith(waybill.waybill_no)


def test_all_documents_that_are_due_are_let_go_however_many(floor: Floor, parcel: Shipment) -> None:
    account = CarrierAccount.objects.get()
    for attempt in (1, 2, 3):
        Waybill.objects.create(
            shipment=parcel,
            account=account,
            attempt=attempt,
            client_order_id=f"void-{attempt}",
            label={"platform": "bench", "print_data": "~"},
            holds_document=True,
            requested_at=NOW,
            status="voided",
            status_at=NOW,
        )
    assert printing.forget_documents(before=LATER, limit=1) == 3
    assert not Waybill.objects.filter(holds_document=True).exists()


def test_branch_is_chosen_from_what_the_platform_lists(floor: Floor, parcel: Shipment) -> None:
    boss = floor.manager
    account = CarrierAccount.objects.get()
    CarrierAccount.objects.update(warehouse=floor.warehouse, branch_code="")
    with refused(BranchIsGone):
        probe(account.pk, actor=boss)
    offered, labels = branches.offered(account.pk, actor=boss)
    kept = branches.choose(account.pk, branch=offered[0], template_url=labels[0].url, actor=boss)
    assert (kept.branch_code, kept.branch_place["street"]) == ("57101", "文一路9号")
    probe(account.pk, actor=boss)


def test_branch_with_nothing_left_does_not_work(floor: Floor, parcel: Shipment, desk: Desk) -> None:
    CarrierAccount.objects.update(warehouse=floor.warehouse)
    account = CarrierAccount.objects.get()
    desk.offered = [replace(BRANCH, balance=0)]
    with refused(NothingLeft, match=BRANCH.branch_name):
        probe(account.pk, actor=floor.manager)
    desk.offered = []
    with refused(branches.NoSubscription):
        probe(account.pk, actor=floor.manager)
    desk.trouble = [refusal("没有授权")]
    with refused(branches.PlatformRefuses, match="没有授权"):
        probe(account.pk, actor=floor.manager)
