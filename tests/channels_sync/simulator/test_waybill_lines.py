"""The simulated platforms' own waybill services, spoken to by our own lines over real HTTP."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from channels_sync.simulator.faults import FaultKind
from channels_sync.simulator.market.branches import branches_of
from oms.dto import PlatformWaybill
from oms.integration.errors import ErrorKind, IntegrationError

from .bench import Bench
from .lines_to import Lines
from .waybill_asking import CREATE, ask, desk


@pytest.fixture(params=CREATE, ids=lambda platform: platform.key)
def shop(request: pytest.FixtureRequest, bench: Bench, clock: time_machine.Traveller) -> Lines:
    clock.move_to(bench.now)
    return Lines(bench, request.param)


def trouble(work: Callable[[], object]) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        work()
    return caught.value


def left(shop: Lines, carrier: str = "zto") -> int | None:
    return desk(shop).branches(carrier)[0].balance


# --- numbers -------------------------------------------------------------------------------------


def test_number_is_given_once_however_often_it_is_asked_for(shop: Lines) -> None:
    order = shop.order()
    before = left(shop)
    issued = desk(shop).issue(ask(shop, order))
    assert desk(shop).issue(ask(shop, order)) == issued
    assert desk(shop).find(ask(shop, order)) == issued
    assert before is not None
    assert (issued.issuer, left(shop)) == (shop.kind, before - 1)


def test_another_attempt_gets_another_number(shop: Lines) -> None:
    order = shop.order()
    first = desk(shop).issue(ask(shop, order)).waybill_no
    second = desk(shop).issue(ask(shop, order, request_no="PK261122-0001-2")).waybill_no
    assert first != second


def test_number_that_came_about_without_an_answer_is_found(shop: Lines) -> None:
    order = shop.order()
    request = ask(shop, order)
    shop.bench.plan(FaultKind.DROP_AFTER, CREATE[shop.platform])
    assert trouble(lambda: desk(shop).issue(request)).outcome_unknown
    (lost,) = shop.market.store.waybills()
    found = desk(shop).find(request)
    assert found is not None
    assert found.waybill_no == lost.waybill_no
    assert len(shop.market.store.waybills()) == 1


def test_document_is_given_again_for_the_number(shop: Lines) -> None:
    order = shop.order()
    request = ask(shop, order)
    issued = desk(shop).issue(request)
    again = desk(shop).read(request, issued.waybill_no)
    assert again is not None
    assert sealed(again) == sealed(issued) != ""
    assert sealed(issued) in desk(shop).print_job(issued, task_no="T-1").message


def sealed(waybill: PlatformWaybill) -> str:
    """Return what only the print component opens."""
    told = json.loads(waybill.print_data)
    return str(told.get("encryptedData") or told.get("printData") or "")


def test_merged_orders_share_a_number_and_leave_under_it(shop: Lines) -> None:
    one, two = shop.order(), shop.order()
    issued = desk(shop).issue(ask(shop, one, channel_order_nos=(one.number, two.number)))
    for order in (one, two):
        shop.market.ship(
            order.number, carrier="zto", waybill_no=issued.waybill_no, at=shop.bench.now
        )
    assert [len(shop.now(order.number).parcels) for order in (one, two)] == [1, 1]


# --- refusals ------------------------------------------------------------------------------------


def test_ciphertext_of_another_order_is_not_opened(shop: Lines) -> None:
    one = shop.order()
    other = shop.order(buyer="8")
    wrong = ask(shop, one, receiver=ask(shop, other).receiver)
    assert trouble(lambda: desk(shop).issue(wrong)).kind is ErrorKind.FATAL
    assert shop.market.store.waybills() == []


@pytest.mark.parametrize(
    ("carrier", "words"), [("yto", "库存不足"), ("sto", "派送范围"), ("yunda", "没有开通")]
)
def test_refusal_of_the_branch_is_told_in_its_words(shop: Lines, carrier: str, words: str) -> None:
    order = shop.order(buyer="5")  # lives in 四川省
    known = carrier if branches_of(carrier) else "zto"
    request = replace(ask(shop, order, carrier=known), carrier=carrier)
    error = trouble(lambda: desk(shop).issue(request))
    assert error.kind is ErrorKind.FATAL
    assert words in error.message


def test_closed_order_gets_no_number(shop: Lines) -> None:
    order = shop.order()
    request = ask(shop, order)
    shop.market.cancel(order.number, at=shop.bench.now)
    assert trouble(lambda: desk(shop).issue(request)).kind is ErrorKind.FATAL


def test_wrong_secret_is_refused(shop: Lines) -> None:
    order = shop.order()
    request = ask(shop, order)
    shop.credentials = shop.credentials | {
        next(key for key in shop.credentials if "secret" in key): "wrong"
    }
    assert not trouble(lambda: desk(shop).issue(request)).retryable
    assert shop.market.store.waybills() == []


def test_expired_token_asks_for_another(shop: Lines) -> None:
    order = shop.order()
    request = ask(shop, order)
    shop.bench.simulator.booths[shop.kind].tokens.expire(now=shop.bench.now)
    shop.bench.now += timedelta(seconds=1)
    assert trouble(lambda: desk(shop).issue(request)).code == "local:stale_token"


def test_too_many_calls_are_told_so(shop: Lines) -> None:
    order = shop.order()
    request = ask(shop, order)
    shop.bench.plan(FaultKind.THROTTLE, CREATE[shop.platform])
    error = trouble(lambda: desk(shop).issue(request))
    assert (error.kind, error.outcome_unknown) == (ErrorKind.THROTTLE, False)


# --- giving back ---------------------------------------------------------------------------------


def test_number_is_given_back_and_counts_no_more(shop: Lines) -> None:
    order = shop.order()
    before = left(shop)
    issued = desk(shop).issue(ask(shop, order))
    for _twice in range(2):
        desk(shop).void(carrier="zto", waybill_no=issued.waybill_no)
    assert left(shop) == before
    assert [row.is_void for row in shop.market.store.waybills()] == [1]


def test_number_that_left_is_not_taken_back(shop: Lines) -> None:
    order = shop.order()
    issued = desk(shop).issue(ask(shop, order))
    shop.market.ship(order.number, carrier="zto", waybill_no=issued.waybill_no, at=shop.bench.now)
    error = trouble(lambda: desk(shop).void(carrier="zto", waybill_no=issued.waybill_no))
    assert (error.kind, "揽收" in error.message) == (ErrorKind.FATAL, True)


def test_nothing_leaves_under_a_number_that_was_given_back_or_is_anothers(shop: Lines) -> None:
    one, two = shop.order(), shop.order()
    mine = desk(shop).issue(ask(shop, one)).waybill_no
    theirs = desk(shop).issue(ask(shop, two)).waybill_no
    desk(shop).void(carrier="zto", waybill_no=mine)
    for number in (mine, theirs):
        with pytest.raises(Exception, match="运单号"):
            shop.market.ship(one.number, carrier="zto", waybill_no=number, at=shop.bench.now)
    assert shop.now(one.number).parcels == ()


# --- setting up ----------------------------------------------------------------------------------


def test_subscriptions_and_labels_are_listed(shop: Lines) -> None:
    (branch,) = desk(shop).branches("zto")
    assert (branch.carrier, branch.branch_code, branch.street) == ("zto", "57101", "木棉路 1 号")
    (direct,) = desk(shop).branches("sf")
    assert direct.balance is None
    assert all(template.name and template.url for template in desk(shop).templates("zto"))
    assert desk(shop).templates("zto")


def test_control_page_shows_the_numbers_and_what_is_left(shop: Lines) -> None:
    issued = desk(shop).issue(ask(shop, shop.order()))
    page = shop.bench.browser.get(f"/_control/{shop.kind}").text
    assert issued.waybill_no in page
    assert str(left(shop)) in page
