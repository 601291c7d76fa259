"""For each check constraint, changes of a valid row that it refuses. A function is called first."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from django.db.models import F

from oms.flows.approval import ApprovalStatus
from tests.factories.oms import ChannelFactory, StoreFactory, WarehouseFactory
from tests.oms.models import samples

Value = object | Callable[[], object]
CENT = Decimal("0.01")

CHECKS: Mapping[str, tuple[Mapping[str, Value], ...]] = {
    "role_on_one_scope": ({"store": None}, {"warehouse": WarehouseFactory.create}),
    "step_two_levels_at_most": ({"level": 0}, {"level": 3}),
    "delegation_to_someone_else": ({"to_user": F("from_user")},),
    "delegation_ends_after_start": ({"ends_at": F("starts_at")},),
    "component_quantity_positive": ({"quantity": 0},),
    "listing_sku_or_bundle": ({"bundle": samples.bundle},),
    "listing_ratio_positive": ({"ratio": 0},),
    "fulfillment_for_order_or_merge": ({"order": None}, {"merge_group": samples.merge_group}),
    "fulfillment_quantity_positive": ({"quantity": 0, "picked_quantity": 0, "packed_quantity": 0},),
    "picked_in_range": ({"picked_quantity": F("quantity") + 1},),
    "packed_in_range": ({"packed_quantity": F("picked_quantity") + 1},),
    "stock_reserved_within_on_hand": (
        {"reserved": F("on_hand") + 1},
        {"reserved": -1},
        {"on_hand": -1},
    ),
    "movement_moves_something": ({"on_hand_delta": 0},),
    "allotment_store_or_channel": ({"channel": ChannelFactory.create},),
    "allotment_safety_is_for_all": ({"kind": "safety"}, {"store": None}),
    "order_amounts_not_negative": tuple(
        {name: -CENT}
        for name in (
            "goods_amount",
            "freight",
            "seller_discount",
            "platform_discount",
            "paid_amount",
            "receivable",
        )
    ),
    "order_sale_has_channel_no": ({"channel_order_no": None},),
    "order_follow_up_has_origin": ({"kind": "exchange"}, {"kind": "reship"}),
    "line_quantity_positive": ({"quantity": 0},),
    "line_cancelled_in_range": ({"cancelled_quantity": F("quantity") + 1},),
    "line_paid_not_negative": ({"paid_share": -CENT},),
    "item_quantity_positive": ({"quantity": 0},),
    "item_never_counted_twice": (
        {"cancelled_quantity": F("quantity") + 1},
        {"assigned_quantity": F("quantity") + 1},
        {"cancelled_quantity": 2, "assigned_quantity": 2},
    ),
    "item_shipped_in_range": ({"shipped_quantity": F("assigned_quantity") + 1},),
    "item_returned_in_range": ({"returned_quantity": F("shipped_quantity") + 1},),
    "item_refunded_in_range": ({"refunded_quantity": F("quantity") + 1},),
    "item_refund_within_paid": (
        {"refunded_amount": F("paid_share") + CENT},
        {"refunded_amount": -CENT},
    ),
    "payment_refund_within_amount": ({"refunded": F("amount") + CENT}, {"refunded": -CENT}),
    "allocation_not_negative": ({"amount": -CENT},),
    "refund_amount_positive": ({"amount": 0},),
    "channel_refund_amount_not_negative": ({"amount": -1},),
    "refund_line_amount_positive": ({"amount": 0},),
    "expected_quantity_positive": ({"quantity": 0},),
    "expected_conditions_in_range": ({"defective_quantity": F("received_quantity") + 1},),
    "expected_received_in_range": ({"received_quantity": F("quantity") + 1},),
    "shipment_cod_not_negative": ({"cod_amount": -CENT},),
    "parcel_quantity_positive": ({"quantity": 0},),
}

ALLOWED: Mapping[str, Mapping[str, Value]] = {
    # What a unique constraint must let through: its condition does not hold, or a part is unknown.
    "role_once_while_active": {"revoked_at": samples.LATER},
    "approval_open_once": {"status": ApprovalStatus.APPROVED},
    "item_once_per_document": {"cancelled_at": samples.LATER},
    "order_in_one_merge": {"left_at": samples.LATER},
    "hold_once_while_active": {"released_at": samples.LATER},
    "expected_return_per_case": {"case_no": ""},
    "expected_return_per_parcel": {"shipment": None},
    "order_once_per_store": {"kind": "manual", "channel_order_no": None},
    "line_once": {"channel_line_no": None},
    "refund_once_per_store": {"channel_refund_no": None},
    "order_once_per_case": {"made_for": ""},
    "waybill_once": {"waybill_no": None},
    "allotment_once": {"store": StoreFactory.create},
}
