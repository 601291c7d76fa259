"""What the tables must say about goods and money; their shape is tests/test_architecture.py's."""

import pytest

from oms.flows.approval import APPROVAL_FLOW, STEP_FLOW
from oms.flows.fulfillment import FULFILLMENT_FLOW, IN_THE_WAREHOUSE, OPEN_FOR_SIBLINGS, STOPPABLE
from oms.flows.order import MERGEABLE, NOTHING_LEFT_THE_BUILDING, ORDER_FLOW, SHIPPABLE
from oms.flows.refund import REFUND_FLOW
from oms.flows.shipment import SHIPMENT_FLOW
from oms.flows.table import Flow


def sources(table: Flow, action: str) -> set[str]:
    return set(table.step(action).sources)


def targets(table: Flow, status: str) -> set[str]:
    return {table.step(action).target for action in table.actions_from(status)}


def test_merged_order_ships_goes_back_or_is_cancelled() -> None:
    expected = {"shipped", "partly_shipped", "approved", "cancelled", "closed_external"}
    assert targets(ORDER_FLOW, "merged") == expected


@pytest.mark.parametrize("status", ["partly_shipped", "shipped", "delivered", "completed"])
def test_order_whose_goods_left_is_not_cancelled(status: str) -> None:
    assert not {"cancelled", "closed_external"} & targets(ORDER_FLOW, status)


def test_unpaid_order_cannot_be_shipped_or_merged() -> None:
    assert targets(ORDER_FLOW, "unpaid") == {"pending_review", "cancelled", "closed_external"}


def test_only_reviewed_orders_are_merged() -> None:
    assert sources(ORDER_FLOW, "merge") == set(MERGEABLE)
    assert not {"unpaid", "pending_review"} & set(MERGEABLE)
    assert set(MERGEABLE) <= set(SHIPPABLE) <= set(NOTHING_LEFT_THE_BUILDING)


def test_document_is_stopped_anywhere_before_it_leaves() -> None:
    assert sources(FULFILLMENT_FLOW, "cancel") == set(STOPPABLE)
    assert set(STOPPABLE) == {"allocated", *IN_THE_WAREHOUSE}
    assert set(STOPPABLE) | {"handed_over", "cancelled"} == FULFILLMENT_FLOW.states


def test_late_siblings_join_until_picking_begins() -> None:
    assert set(OPEN_FOR_SIBLINGS) == {"allocated", "released", "waved"}


def test_document_leaves_packed_or_picked_when_the_rest_of_it_is_cancelled() -> None:
    assert sources(FULFILLMENT_FLOW, "hand_over") == {"picked", "packed"}


def test_only_a_labelled_parcel_leaves_and_none_is_cancelled_on_the_road() -> None:
    assert sources(SHIPMENT_FLOW, "hand_over") == {"labelled"}
    assert sources(SHIPMENT_FLOW, "cancel") == {"packed", "labelled"}


@pytest.mark.parametrize("status", ["confirmed", "done_by_platform"])
def test_money_that_went_back_is_never_sent_again(status: str) -> None:
    assert targets(REFUND_FLOW, status) == set()


def test_platform_may_refund_before_during_and_after_our_try() -> None:
    assert sources(REFUND_FLOW, "note_platform_did_it") == {"asked", "sent", "failed"}


def test_decision_is_made_once() -> None:
    for table in (APPROVAL_FLOW, STEP_FLOW):
        assert sources(table, "approve") == sources(table, "reject") == {"open"}
