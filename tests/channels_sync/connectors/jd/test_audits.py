"""A service that waits for our audit is looked up and refused; a yes is said at JD."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_sync.connectors.jd.connector import JdConnector
from channels_sync.connectors.outbound import ReturnAnswer, Told
from oms.dto import RefundStage
from oms.integration.errors import ErrorKind, IntegrationError
from tests.channels_sync.connectors.scripted import broken_line, recorded

from .wire import Wire, refusal

NO = ReturnAnswer(
    key="refuse-1",
    channel_order_no="298000000004",
    channel_refund_no="S600000001",
    case_no="AS1",
    is_agreed=False,
    words="已拆封，影响二次销售",
)
YES = replace(NO, is_agreed=True)
MERCHANT = {
    "jingdong_seller_vender_info_get_responce": {
        "code": "0",
        "vender_info_result": {"vender_id": 10010001},
    }
}
REFUSED = {
    "jingdong_asc_audit_refuse_responce": {
        "code": "0",
        "result": {"success": True, "code": "00000"},
    }
}
SINCE, UNTIL = datetime(2026, 3, 1, 7, 30, tzinfo=UTC), datetime(2026, 3, 1, 7, 31, tzinfo=UTC)


def bill(status: int | None = 10001, **changes: Any) -> dict[str, Any]:
    told = {"serviceId": 600000001, "sysVersion": 3, "questionTypeCid1": 512}
    data = None if status is None else told | {"serviceStatus": status} | changes
    result = {"success": True, "code": "00000", "data": data}
    return {"jingdong_asc_query_view_responce": {"code": "0", "result": result}}


def error_of(wire: Wire, push: ReturnAnswer) -> IntegrationError:
    with pytest.raises(IntegrationError) as caught:
        wire.outbound.send(push)
    return caught.value


def test_service_is_refused_with_its_version_and_its_question() -> None:
    wire = Wire(MERCHANT, bill(), REFUSED)
    assert wire.outbound.send(NO) == Told()
    assert wire.form()["method"] == "jingdong.asc.audit.refuse"
    assert wire.params() == {
        "buId": "10010001",
        "operatePin": "OMS",
        "operateNick": "OMS",
        "serviceId": 600000001,
        "orderId": 298000000004,
        "approveNotes": "已拆封，影响二次销售",
        "sysVersion": 3,
        "approveReasonCid1": 512,
    }


def test_refusal_without_words_says_something() -> None:
    wire = Wire(MERCHANT, bill(), REFUSED)
    wire.outbound.send(replace(NO, words=""))
    assert wire.params()["approveNotes"]


@pytest.mark.parametrize(
    ("status", "push", "is_refused"),
    [
        (10004, NO, False),
        (10011, NO, False),
        (10002, NO, True),
        (10009, NO, True),
        (10002, YES, False),
        (10005, YES, False),
        (10004, YES, True),
    ],
)
def test_service_that_was_audited_is_not_audited_again(
    status: int, push: ReturnAnswer, is_refused: bool
) -> None:
    wire = Wire(MERCHANT, bill(status), MERCHANT, bill(status))
    for told in (wire.outbound.send(push), wire.outbound.find(push)):
        assert told is not None
        assert bool(told.refused) is is_refused


def test_waiting_service_shows_no_answer() -> None:
    assert Wire(MERCHANT, bill()).outbound.find(NO) is None


@pytest.mark.parametrize(
    ("push", "told", "code"),
    [
        (YES, bill(), "local:not_taken"),
        (NO, bill(None), "local:no_refund"),
        (NO, bill(77), "local:not_ours"),
    ],
)
def test_what_cannot_be_audited_here_is_a_persons_business(
    push: ReturnAnswer, told: dict[str, Any], code: str
) -> None:
    error = error_of(Wire(MERCHANT, told), push)
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)


def test_lost_answer_to_the_audit_leaves_it_open() -> None:
    assert error_of(Wire(MERCHANT, bill(), broken_line), NO).outcome_unknown
    assert not error_of(Wire(MERCHANT, broken_line), NO).outcome_unknown


def services(state: int) -> dict[str, Any]:
    told = recorded("jd", "services")
    row = told["jingdong_asc_serviceAndRefund_view_responce"]["pageResult"]["data"][0]
    row["status"] = None
    row["sameOrderServiceBill"]["afsServiceState"] = state
    return dict(told)


def waiting(number: int = 600000001, term: Any = "2026-03-02 08:00:00") -> dict[str, Any]:
    rows = [{"serviceIdList": [number], "auditOvertime": term}]
    result = {"success": True, "totalCount": 1, "data": rows}
    return {"jingdong_asc_audit_list_responce": {"code": "0", "pageResult": result}}


def term_of(wire: Wire) -> datetime | None:
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor="asked|1")
    refund = JdConnector.read_refund(page.refunds[0].payload)
    assert refund.status is RefundStage.WAIT_MERCHANT
    return refund.respond_by


@pytest.mark.parametrize("term", ["2026-03-02 08:00:00", 1772409600000])
def test_waiting_service_is_read_with_its_term(term: Any) -> None:
    wire = Wire(services(10001), MERCHANT, waiting(term=term))
    assert term_of(wire) == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert wire.params()["serviceId"] == 600000001


@pytest.mark.parametrize(
    "step",
    [
        *(waiting(1), waiting(term=None), refusal("14", "no right")),
        *(waiting(term="tomorrow"), waiting(term="20260302080000"), waiting(term={"time": 1})),
        {"jingdong_asc_audit_list_responce": {"code": "0", "pageResult": {"data": ["?"]}}},
    ],
)
def test_service_without_a_term_is_read_all_the_same(step: dict[str, Any]) -> None:
    assert term_of(Wire(services(10001), MERCHANT, step)) is None


def test_term_is_asked_for_only_while_the_service_waits() -> None:
    wire = Wire(services(10002))
    page = wire.puller.fetch_refunds(since=SINCE, until=UNTIL, cursor="asked|1")
    assert JdConnector.read_refund(page.refunds[0].payload).respond_by is None


def test_platform_out_of_reach_is_asked_again_later() -> None:
    with pytest.raises(IntegrationError) as caught:
        term_of(Wire(services(10001), MERCHANT, refusal("2")))
    assert caught.value.kind is ErrorKind.THROTTLE
