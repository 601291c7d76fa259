"""The carrier client against the simulator: one package, one waybill, on good and bad days."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RetryPolicy
from tests.warehouse.carriers.samples import REQUEST, request_to
from warehouse.carriers.base import Undeliverable
from warehouse.carriers.sf.carrier import SfCarrier
from warehouse.carriers.sf.numbers import check_digit, is_waybill_no
from warehouse.dto import IssuedWaybill, PayMethod
from warehouse.simulator.faults import FaultKind
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.orders import BEYOND_REACH, NEEDS_A_LOOK, NOWHERE

from .bench import Bench, running

ORDER_ID = REQUEST.client_order_id


def refusal(bench: Bench) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        bench.carrier.create_waybill(REQUEST)
    return caught.value


def until_known(carrier: SfCarrier) -> IssuedWaybill:
    """Ask again with the same key while the outcome is open, as a worker does."""
    for _ in range(20):
        with suppress(IntegrationError):
            return carrier.create_waybill(REQUEST)
    raise AssertionError("twenty answers were lost")


def test_waybill_has_what_its_label_needs(bench: Bench) -> None:
    issued = bench.carrier.create_waybill(REQUEST)
    assert is_waybill_no(issued.waybill_no)
    assert issued.carrier_order_id == ORDER_ID
    assert not issued.needs_review
    assert issued.route is not None
    assert issued.route.sort_code == "755W-F0-CK"
    assert f"'k5':'{issued.waybill_no}'" in issued.route.qr_payload


def test_numbers_carry_the_check_digit_of_the_sandbox(bench: Bench) -> None:
    issued = bench.carrier.create_waybill(replace(REQUEST, parcel_count=3))
    for number in (issued.waybill_no, *issued.child_nos):
        assert int(number[-1]) == (check_digit(number[-12:]) + 6) % 10


def test_same_package_twice_is_one_waybill(bench: Bench) -> None:
    first = bench.carrier.create_waybill(REQUEST)
    again = bench.carrier.create_waybill(REQUEST)
    assert again.waybill_no == first.waybill_no
    assert bench.numbers() == [first.waybill_no]


def test_carrier_that_repeats_the_first_order_is_understood_too(tmp_path: Path) -> None:
    with running(tmp_path / "db", Settings(duplicate_code=False)) as bench:
        first = bench.carrier.create_waybill(REQUEST)
        assert bench.carrier.create_waybill(REQUEST).waybill_no == first.waybill_no
        assert bench.numbers() == [first.waybill_no]
        bench.carrier.void_waybill(ORDER_ID, first.waybill_no)
        assert refusal(bench).code == "8016"


def test_same_package_from_many_stations_at_once_is_one_waybill(bench: Bench) -> None:
    with ThreadPoolExecutor(8) as stations:
        issued = list(stations.map(lambda _: bench.connect().create_waybill(REQUEST), range(8)))
    assert {waybill.waybill_no for waybill in issued} == set(bench.numbers())
    assert len(bench.numbers()) == 1


def test_different_packages_get_different_numbers(bench: Bench) -> None:
    numbers = {
        bench.carrier.create_waybill(replace(REQUEST, package_no=f"PK{count}")).waybill_no
        for count in range(5)
    }
    assert len(numbers) == 5


@pytest.mark.parametrize(
    "kind", [FaultKind.DROP_AFTER, FaultKind.MALFORMED], ids=["dropped", "malformed"]
)
def test_answer_lost_after_create_ends_in_the_same_number(bench: Bench, kind: FaultKind) -> None:
    bench.plan(kind)
    issued = bench.carrier.create_waybill(REQUEST)
    assert bench.numbers() == [issued.waybill_no]


def test_timeout_after_create_ends_in_the_same_number(bench: Bench) -> None:
    bench.plan(FaultKind.DELAY, seconds=60)
    issued = until_known(bench.connect(read_timeout=0.5))
    assert bench.numbers() == [issued.waybill_no]
    assert bench.records[0].outcome == "unknown"


def test_lost_answer_and_lost_lookup_stay_open_until_a_retry_finds_the_number(
    bench: Bench,
) -> None:
    bench.plan(FaultKind.DROP_AFTER)
    bench.plan(FaultKind.DROP_BEFORE, "EXP_RECE_SEARCH_ORDER_RESP")
    error = refusal(bench)
    assert error.outcome_unknown
    assert error.retryable
    issued = bench.carrier.create_waybill(REQUEST)
    assert bench.numbers() == [issued.waybill_no]


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.SERVER_ERROR])
def test_request_lost_on_the_way_makes_no_order_and_may_be_repeated(
    bench: Bench, kind: FaultKind
) -> None:
    bench.plan(kind)
    error = refusal(bench)
    assert error.outcome_unknown
    assert bench.numbers() == []
    assert bench.carrier.create_waybill(REQUEST).waybill_no == bench.numbers()[0]


def test_children_have_their_own_numbers(bench: Bench) -> None:
    issued = bench.carrier.create_waybill(replace(REQUEST, parcel_count=3))
    assert len({issued.waybill_no, *issued.child_nos}) == 3


def test_full_order_is_taken(bench: Bench) -> None:
    request = replace(
        REQUEST,
        size_mm=(300, 200, 100),
        cod_amount=Decimal("99.90"),
        insured_amount=Decimal(500),
        pay_method=PayMethod.RECEIVER,
        remark="易碎",
    )
    assert bench.carrier.create_waybill(request).waybill_no


def test_address_out_of_reach_is_found_before_printing(bench: Bench) -> None:
    with pytest.raises(Undeliverable) as caught:
        bench.carrier.create_waybill(request_to(f"{BEYOND_REACH}路1号"))
    waybill = caught.value.waybill
    assert not bench.carrier.void_waybill(ORDER_ID, waybill.waybill_no).repeated


@pytest.mark.parametrize("word", [NEEDS_A_LOOK, NOWHERE])
def test_doubtful_address_is_flagged(bench: Bench, word: str) -> None:
    issued = bench.carrier.create_waybill(request_to(f"{word}路1号"))
    assert issued.needs_review


def test_find_tells_what_was_created(bench: Bench) -> None:
    assert bench.carrier.find_waybill(ORDER_ID) is None
    issued = bench.carrier.create_waybill(REQUEST)
    found = bench.carrier.find_waybill(ORDER_ID)
    assert found is not None
    assert (found.waybill_no, found.route) == (issued.waybill_no, issued.route)


def test_void_is_repeatable(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    assert not bench.carrier.void_waybill(ORDER_ID, number).repeated
    assert bench.carrier.void_waybill(ORDER_ID, number).repeated


def test_void_survives_a_lost_answer(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    bench.plan(FaultKind.DROP_AFTER, "EXP_RECE_UPDATE_ORDER")
    carrier = bench.connect(retry=RetryPolicy(tries=2, first_pause=0.01))
    assert carrier.void_waybill(ORDER_ID, number).repeated


def test_cancelled_order_id_is_refused_and_the_next_attempt_works(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    bench.carrier.void_waybill(ORDER_ID, number)
    error = refusal(bench)
    assert (error.code, error.kind) == ("8016", ErrorKind.FATAL)
    second = bench.carrier.create_waybill(replace(REQUEST, attempt=2))
    assert second.waybill_no != number


def test_void_of_a_collected_parcel_is_refused(bench: Bench) -> None:
    number = bench.carrier.create_waybill(REQUEST).waybill_no
    bench.simulator.advance(ORDER_ID, "collected")
    with pytest.raises(IntegrationError) as caught:
        bench.carrier.void_waybill(ORDER_ID, number)
    assert (caught.value.code, caught.value.kind) == ("8019", ErrorKind.FATAL)


def test_void_with_another_orders_number_is_refused(bench: Bench) -> None:
    bench.carrier.create_waybill(REQUEST)
    with pytest.raises(IntegrationError) as caught:
        bench.carrier.void_waybill(ORDER_ID, "SF7444496931331")
    assert caught.value.code == "8017"


def test_labels_of_all_parcels_are_pdfs(bench: Bench) -> None:
    issued = bench.carrier.create_waybill(replace(REQUEST, parcel_count=2))
    labels = bench.carrier.fetch_labels(issued)
    assert len(labels) == 2
    assert issued.waybill_no.encode() in labels[0]
    assert issued.child_nos[0].encode() in labels[1]


def test_numbers_go_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with running(path, Settings()) as bench:
        first = bench.carrier.create_waybill(REQUEST).waybill_no
    with running(path, Settings()) as bench:
        found = bench.carrier.find_waybill(ORDER_ID)
        second = bench.carrier.create_waybill(replace(REQUEST, package_no="PK2")).waybill_no
    assert found is not None
    assert found.waybill_no == first
    assert second != first
