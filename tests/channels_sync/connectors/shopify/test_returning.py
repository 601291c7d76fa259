"""Our answer on a return: approved, declined in our words, and never twice."""

from dataclasses import replace
from typing import Any

import pytest

from channels_sync.connectors.outbound import ReturnAnswer, Told
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .wire import Wire, data


def on_return(*, is_agreed: bool, **told: Any) -> ReturnAnswer:
    plain = {"key": "k", "channel_order_no": "1", "channel_refund_no": "Return/945", "case_no": "3"}
    return ReturnAnswer(is_agreed=is_agreed, **(plain | told))


def returned(status: str) -> dict[str, Any]:
    return data(**{"return": {"id": "gid://shopify/Return/945", "status": status}})


def answered(name: str, status: str) -> dict[str, Any]:
    told = {"id": "gid://shopify/Return/945", "status": status}
    return data(**{name: {"return": told, "userErrors": []}})


def test_return_is_approved_and_the_buyer_is_told() -> None:
    wire = Wire(returned("REQUESTED"), answered("returnApproveRequest", "OPEN"))
    assert wire.outbound.send(on_return(is_agreed=True)) == Told(channel_ref="945")
    assert "returnApproveRequest" in wire.document()
    told = {"id": "gid://shopify/Return/945", "notifyCustomer": True}
    assert wire.variables() == {"input": told}


def test_return_is_declined_in_our_words() -> None:
    wire = Wire(returned("REQUESTED"), answered("returnDeclineRequest", "DECLINED"))
    wire.outbound.send(on_return(is_agreed=False, words="超过退货期限"))
    told = {"id": "gid://shopify/Return/945", "notifyCustomer": True}
    told |= {"declineReason": "OTHER", "declineNote": "超过退货期限"}
    assert wire.variables() == {"input": told}


def test_return_is_declined_for_the_reason_that_was_chosen() -> None:
    wire = Wire(returned("REQUESTED"), answered("returnDeclineRequest", "DECLINED"))
    push = replace(on_return(is_agreed=False, words="x"), reason="FINAL_SALE")
    wire.outbound.send(push)
    assert wire.variables()["input"]["declineReason"] == "FINAL_SALE"


@pytest.mark.parametrize(
    ("status", "is_agreed", "refused"),
    [
        ("OPEN", True, ""),
        ("CLOSED", True, ""),
        ("DECLINED", False, ""),
        ("CANCELED", False, ""),
        ("DECLINED", True, "return status DECLINED"),
        ("OPEN", False, "return status OPEN"),
    ],
)
def test_answered_return_is_not_answered_again(status: str, is_agreed: bool, refused: str) -> None:
    wire = Wire(returned(status))
    told = wire.outbound.send(on_return(is_agreed=is_agreed))
    assert told == Told(channel_ref="945", refused=refused)
    assert len(wire.requests) == 1


def test_return_that_waits_is_not_answered_yet() -> None:
    assert Wire(returned("REQUESTED")).outbound.find(on_return(is_agreed=True)) is None


def test_refused_answer_is_told_in_shopifys_words() -> None:
    said = {"return": None, "userErrors": [{"field": ["id"], "message": "Return not found."}]}
    wire = Wire(returned("REQUESTED"), data(returnApproveRequest=said))
    error = caught(lambda: wire.outbound.send(on_return(is_agreed=True)))
    assert (error.kind, error.message) == (ErrorKind.FATAL, "Return not found.")


def test_what_is_no_return_has_no_answer() -> None:
    refund = on_return(is_agreed=True, channel_refund_no="929")
    assert caught(lambda: Wire().outbound.send(refund)).code == "local:not_taken"
    wire = Wire(data(**{"return": None}))
    gone = caught(lambda: wire.outbound.send(on_return(is_agreed=True)))
    assert (gone.kind, gone.code) == (ErrorKind.FATAL, "local:no_refund")
