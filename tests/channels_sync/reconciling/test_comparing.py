"""What two sides disagree on: all of it, and nothing that only looks so."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.ledgers import Standing
from channels_sync.services.reconciling.comparing import Difference, disagreements
from channels_sync.services.reconciling.listing import from_json, to_json
from oms.dto import ChannelStatus
from tests.channels_sync.reconciling.conftest import QUIET, listed

sides = st.builds(
    Standing,
    channel_order_no=st.just("1"),
    status=st.sampled_from(ChannelStatus),
    paid=st.decimals(0, 10**6, places=2),
    refunded=st.none() | st.decimals(0, 10**6, places=2),
    waybill_nos=st.none() | st.frozensets(st.text("SF0123456789", min_size=1), max_size=3),
    refund_nos=st.frozensets(st.text("R0123456789", min_size=1), max_size=3),
    modified_at=st.none() | st.datetimes(timezones=st.just(QUIET.tzinfo)),
)


def found(ours: list[Standing], theirs: list[Standing]) -> list[tuple[str, Difference, str]]:
    here = {side.channel_order_no: side for side in ours}
    there = {side.channel_order_no: side for side in theirs}
    later = QUIET + timedelta(hours=1)
    return [
        (one.channel_order_no, one.kind, one.cause)
        for one in disagreements(here, theirs=there, settled_before=later)
    ]


@given(sides)
def test_side_agrees_with_itself(side: Standing) -> None:
    assert found([side], [side]) == []


@given(sides)
def test_line_of_a_list_is_read_as_it_was_written(side: Standing) -> None:
    assert from_json("1", told=to_json(side)) == side


def test_each_thing_is_found_by_its_name() -> None:
    shipped = listed("1", status=ChannelStatus.SHIPPED)
    assert found([], [listed("1")]) == [("1", Difference.THEIRS_ONLY, "")]
    assert found([listed("1")], []) == [("1", Difference.OURS_ONLY, "")]
    assert found([shipped], [listed("1")]) == [("1", Difference.STATUS, "not_told")]
    assert found([listed("1")], [shipped]) == [("1", Difference.STATUS, "not_heard")]
    assert found([listed("1", paid=Decimal("99.99"))], [listed("1")]) == [
        ("1", Difference.AMOUNT, "")
    ]
    assert found([listed("1", refunded=Decimal(1))], [listed("1")]) == [
        ("1", Difference.REFUND, "")
    ]


def test_number_that_was_never_told_is_not_one_that_was_told_elsewhere() -> None:
    ours, theirs = listed("1", waybill_nos=frozenset({"SF1"})), listed("1")
    assert found([ours], [theirs]) == [("1", Difference.TRACKING, "not_told")]
    assert found([theirs], [ours]) == [("1", Difference.TRACKING, "told_elsewhere")]


def test_what_a_side_cannot_tell_is_no_difference() -> None:
    silent = listed("1", refunded=None, waybill_nos=None)
    ours = listed("1", refunded=Decimal(5), waybill_nos=frozenset({"SF1"}))
    assert found([ours], [silent]) == []


def test_order_that_is_changing_raises_no_alarm() -> None:
    moving = QUIET + timedelta(hours=2)
    assert found([], [listed("1", modified_at=moving)]) == []
    assert found([listed("1")], [listed("1", paid=Decimal(1), modified_at=moving)]) == []
    assert found([listed("1", modified_at=moving)], []) == []
