"""A cancellation at the very moment in which a box is closed, or leaves."""

from functools import partial

import pytest

from oms.models import FulfillmentOrder, Order, Shipment, Sku
from oms.models.locking import atomic_service, lock_row
from oms.queries.proofs import violations
from oms.services.fulfillment.parcels import attach_waybill
from oms.services.fulfillment.stations import DocumentStopped
from oms.services.orders.cancel import TooLateToCancel, cancel_locked
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from tests.races.together import queued_behind, refusals
from tests.warehouse.services.books import assert_books_are_right, refused
from warehouse.services import recalling
from warehouse.services.outcome import Outcome

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ROUNDS = 4


@atomic_service
def cancel(order: Order) -> None:
    cancel_locked(lock_row(Order, order.pk), reason="x", now=NOW)


def half_checked(floor: Floor) -> tuple[FulfillmentOrder, Order]:
    """Two orders in one document; the piece of the second lies in the box that is still open."""
    milk, tea = floor.goods(9), floor.goods(9)
    document = floor.merged({milk: 1}, {tea: 1})
    floor.waves()
    floor.pick_all()
    floor.pack(document.fulfillment_no)
    floor.pack(tea.code)
    return document, order_of(document, tea)


def order_of(document: FulfillmentOrder, sku: Sku) -> Order:
    return document.lines.get(sku=sku).order_item.order


def test_box_that_is_closed_against_a_cancel_never_goes_on_with_it() -> None:
    for number in range(ROUNDS):
        floor = Floor()
        document, order = half_checked(floor)
        acts = (partial(floor.pack, "CMD:SEAL"), partial(cancel, order))
        results = queued_behind(document, *(acts if number % 2 else reversed(acts)))
        assert refusals(results) == []
        [said] = [result for result in results if isinstance(result, Outcome)]
        if said.code == "box_sealed":
            with refused(DocumentStopped):
                floor.at_dock(Shipment.objects.latest("pk").package_no)
        else:
            assert said.code == "cancelled_in_box"
        recalling.take_back([document.pk], now=NOW)
        assert not Shipment.objects.filter(fulfillment=document, status="packed").exists()
        assert violations() == []
    assert_books_are_right()


def test_box_that_leaves_against_a_cancel_leaves_whole_or_not_at_all() -> None:
    """The rest of its document is still in the tote, so that no stop stands at the document."""
    for number in range(ROUNDS):
        floor = Floor()
        document, order = half_checked(floor)
        floor.pack("CMD:SEAL")
        box = Shipment.objects.latest("pk")
        numbered = {"carrier": "sf", "waybill_no": f"SF{box.pk}", "issuer": "sf", "account": "SF"}
        attach_waybill(box.pk, **numbered, actor=floor.worker, now=NOW)
        floor.at_dock(f"SF{box.pk}")
        acts = (partial(floor.at_dock, "CMD:HANDOVER"), partial(cancel, order))
        results = queued_behind(order, *(acts if number % 2 else reversed(acts)))
        box.refresh_from_db()
        [refusal] = refusals(results)
        expected = TooLateToCancel if box.status == "handed_over" else DocumentStopped
        assert isinstance(refusal, expected)
        assert violations() == []
    assert_books_are_right()
