"""From a message to an order, and what is said of a message that is none."""

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.webhook import mapper
from channels_sync.dto import Problem, Unreadable
from oms.dto import ChannelStatus, PlainReceiver
from tests.factories.channels_sync import line_json, order_json

RECORDING = Path(__file__).parents[3] / "recordings" / "webhook" / "order_paid.json"


def message(event: str = "order.paid", **told: Any) -> dict[str, Any]:
    return {"event": event, "event_id": "e", "shop_code": "s", "order": order_json(**told)}


def test_recorded_message_becomes_an_order() -> None:
    recorded = json.loads(RECORDING.read_text(encoding="utf-8"))
    order = mapper.to_order(mapper.decode(recorded["raw_body"].encode()))
    moment = datetime(2026, 3, 1, 7, 41, 30, tzinfo=UTC)
    assert order.channel_order_no == "SELF-1"
    assert order.channel_status is ChannelStatus.PAID
    assert (order.channel_modified_at, order.paid_at) == (moment, moment)
    assert (order.goods_amount, order.freight) == (Decimal(199), Decimal(10))
    assert (order.paid_amount, order.seller_discount) == (Decimal(209), Decimal(0))
    assert isinstance(order.receiver, PlainReceiver)
    assert order.receiver.province == "浙江省"
    assert order.buyer is not None
    assert order.buyer.channel_buyer_id == "u-1"
    [line] = order.lines
    assert (line.merchant_code, line.quantity, line.unit_price) == ("HOODIE-BLK-M", 1, Decimal(199))
    assert line.channel_line_no == "1"


def test_cancelled_event_cancels_whatever_its_status_says() -> None:
    order = mapper.to_order(message("order.cancelled"))
    assert order.channel_status is ChannelStatus.CANCELLED


def test_contract_s_word_for_partly_shipped_is_ours() -> None:
    order = mapper.to_order(message(status="partially_shipped"))
    assert order.channel_status is ChannelStatus.PARTLY_SHIPPED


def test_reduced_line_takes_its_share_of_what_was_paid() -> None:
    lines = [line_json(), line_json("CAP", line_id="2", total_cents=9900)]
    amounts = {
        "goods_cents": 39800,
        "shipping_cents": 1000,
        "discount_cents": 10000,
        "paid_cents": 30800,
    }
    order = mapper.to_order(message(lines=lines, amounts=amounts))
    assert [line.paid_share for line in order.lines] == [Decimal("199.00"), Decimal("99.00")]


def test_unreduced_lines_leave_the_sharing_to_the_core() -> None:
    assert mapper.to_order(message()).lines[0].paid_share is None


def test_half_an_emoji_and_nul_do_not_reach_a_column() -> None:
    order = mapper.to_order(message(buyer_note="a\ud83d\u0000b", number=820982911946154508))
    assert order.buyer_memo == "a�b"
    assert order.channel_order_no == "820982911946154508"


def without(field: str) -> dict[str, Any]:
    told = message()
    del told["order"][field]
    return told


@pytest.mark.parametrize(
    ("told", "problem", "where"),
    [
        ([], Problem.NOT_AN_OBJECT, "message"),
        (message("refund.created"), Problem.NOT_AN_ORDER, "event"),
        (without("amounts"), Problem.MISSING, "order.amounts"),
        (message(amounts={"goods_cents": 1.5}), Problem.MISSING, "order.amounts.paid_cents"),
        (
            message(amounts={"paid_cents": "1", "goods_cents": 1}),
            Problem.NOT_A_NUMBER,
            "order.amounts.paid_cents",
        ),
        (message(lines={}), Problem.NOT_A_LIST, "order.lines"),
        (message(lines=[1]), Problem.NOT_AN_OBJECT, "order.lines[0]"),
        (
            message(lines=[line_json(quantity=True)]),
            Problem.NOT_A_NUMBER,
            "order.lines[0].quantity",
        ),
        (message(status="lost"), Problem.UNKNOWN_STATUS, "order.status"),
        (message(updated_at="2026-11-11 09:00"), Problem.NOT_A_TIME, "order.updated_at"),
        (
            message(created_at="0001-01-01T00:00:00+14:00"),
            Problem.NOT_A_TIME,
            "order.created_at",
        ),
        (message(number="9" * 65), Problem.TOO_LONG, "order.order_id"),
        (message(number=" "), Problem.MISSING, "order.order_id"),
        (message(buyer_note=["x"]), Problem.NOT_TEXT, "order.buyer_note"),
    ],
)
def test_wrong_field_is_named(told: Any, problem: Problem, where: str) -> None:
    with pytest.raises(Unreadable) as caught:
        mapper.to_order(told)
    assert (caught.value.problem, caught.value.where) == (problem, where)


@pytest.mark.parametrize("body", [b"\xff", b"{", b"[NaN]", b"", b"[" * 100_000, b"1" * 5_000])
def test_what_is_not_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="."):
        mapper.decode(body)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "quantity", "lines", "amounts", "title", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(field=st.sampled_from(sorted(order_json())), value=_json)
def test_any_value_in_any_field_is_mapped_or_named(field: str, value: Any) -> None:
    told = message()
    told["order"][field] = value
    with suppress(Unreadable):
        assert asdict(mapper.to_order(told))["channel_order_no"]


@given(told=_json)
def test_any_json_has_an_envelope_or_a_named_fault(told: Any) -> None:
    with pytest.raises(Unreadable):
        mapper.open_envelope(told, store_code="s")
