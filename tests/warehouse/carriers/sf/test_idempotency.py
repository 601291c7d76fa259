"""One package, one waybill: whatever happens to the answer of the first request."""

import httpx
import pytest

from oms.integration.errors import ErrorKind, IntegrationError
from tests.warehouse.carriers.samples import REQUEST
from warehouse.carriers.base import Undeliverable

from .wire import Step, Wire, code, timeout, unreachable

NUMBER = "SF7444496931331"
CREATE, SEARCH = "EXP_RECE_CREATE_ORDER", "EXP_RECE_SEARCH_ORDER_RESP"


def half_an_answer(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, text='{"apiResultCode": "A10')


def server_error(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(502, text="Bad Gateway")


def refusal(wire: Wire) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        wire.carrier.create_waybill(REQUEST)
    return caught.value


UNKNOWN: list[Step] = [
    timeout,
    half_an_answer,
    server_error,
    code("A1009"),
    code("A1099"),
    "create_no_number",
]


@pytest.mark.parametrize("trouble", UNKNOWN)
def test_unknown_outcome_is_looked_up_not_repeated(trouble: Step) -> None:
    wire = Wire(trouble, "search_ok")
    assert wire.carrier.create_waybill(REQUEST).waybill_no == NUMBER
    assert wire.services == [CREATE, SEARCH]


def test_used_order_id_returns_the_first_number() -> None:
    wire = Wire("create_duplicate", "search_ok")
    assert wire.carrier.create_waybill(REQUEST).waybill_no == NUMBER
    assert wire.services == [CREATE, SEARCH]


def test_first_order_in_a_repeated_answer_is_taken_as_it_is() -> None:
    wire = Wire("create_ok")
    assert wire.carrier.create_waybill(REQUEST).waybill_no == NUMBER
    assert wire.services == [CREATE]


def test_unknown_outcome_without_an_order_stays_unknown() -> None:
    error = refusal(Wire(timeout, "search_not_found"))
    assert error.outcome_unknown
    assert error.retryable


def test_failed_lookup_leaves_the_outcome_unknown() -> None:
    error = refusal(Wire(timeout, unreachable))
    assert error.outcome_unknown


def test_refused_lookup_leaves_the_outcome_unknown() -> None:
    error = refusal(Wire(timeout, "gateway_signature"))
    assert error.outcome_unknown
    assert error.kind is ErrorKind.REAUTHORIZE


def test_spent_order_id_without_a_live_order_goes_to_a_person() -> None:
    error = refusal(Wire("create_duplicate", "search_not_found"))
    assert (error.code, error.kind) == ("8016", ErrorKind.FATAL)
    assert error.outcome_unknown
    assert "换新的下单序号" in error.message


@pytest.mark.parametrize("trouble", [unreachable, "gateway_throttled", "create_bad_phone"])
def test_known_failure_is_not_looked_up(trouble: Step) -> None:
    wire = Wire(trouble)
    assert not refusal(wire).outcome_unknown
    assert wire.services == [CREATE]


def test_looked_up_order_may_be_undeliverable() -> None:
    wire = Wire(timeout, "create_undeliverable")
    with pytest.raises(Undeliverable):
        wire.carrier.create_waybill(REQUEST)
