"""Our yes or no to a buyer's request, and money that goes back, in TOP's words. Values in and out.

Each answer names the version of the request, so that TOP refuses it if the buyer changed it
meanwhile. Agreeing to money pays at once; above a sum of its own choosing TOP asks for a code by
text message, which only a person has: then its words are the error.
"""

from decimal import Decimal

from channels_sync.connectors.outbound import (
    RefundPush,
    RefusalReason,
    ReturnAddress,
    ReturnAnswer,
    Told,
)
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao.envelope import Node, wrapped
from oms.dto import RefundKind
from oms.integration.errors import ErrorKind, IntegrationError

AGREE_RETURN = "taobao.rp.returngoods.agree"
REFUSE, PAY = "taobao.refund.refuse", "taobao.rp.refunds.agree"
REASONS = "taobao.refund.refusereason.get"
_REASON_FIELDS = "reason_id,reason_text,reason_tips"
WAITS, RETURNING, RETURNED = (
    "WAIT_SELLER_AGREE",
    "WAIT_BUYER_RETURN_GOODS",
    "WAIT_SELLER_CONFIRM_GOODS",
)
_SHORTEST = 2
"""Of a refusal's words: TOP takes 2 to 200 characters (taobao.refund.refuse)."""
_AGREED = frozenset({RETURNING, RETURNED, "SUCCESS"})
_REFUSED = frozenset({"SELLER_REFUSE_BUYER", "CLOSED"})


def outcome(refund: Node, *, is_agreed: bool) -> Told | None:
    """Return what became of a request, if it was answered; told as refused where it ended in
    another way than we mean."""
    status, number = str(refund.get("status")), str(refund.get("refund_id"))
    if status in (_AGREED if is_agreed else _REFUSED):
        return Told(channel_ref=number)
    if status in _AGREED | _REFUSED and not (status == RETURNED and not is_agreed):
        return Told(channel_ref=number, refused=f"refund status {status}")
    return None


def to_answer(refund: Node, answer: ReturnAnswer) -> tuple[str, dict[str, str]]:
    """Return the method and its parameters.

    :raises IntegrationError: fatal if it is not ours to answer, or the address is missing
    """
    if not answer.is_agreed:
        words = {"refuse_message": answer.words_or(codes.REFUSAL).ljust(_SHORTEST, "。")}
        words |= {"refuse_reason_id": answer.reason} if answer.reason else {}
        return REFUSE, _version(refund) | _numbers(refund) | words
    if refund.get("status") != WAITS:
        raise _not_ours(refund)
    if codes.DISPUTES.get(str(refund.get("dispute_type") or "")) is RefundKind.REFUND_ONLY:
        return PAY, {"refund_infos": _payment(refund)}
    return AGREE_RETURN, _version(refund) | _address(answer.return_to)


def to_question(refund: Node) -> dict[str, str]:
    """Return the parameters that ask for which reasons a request may be refused."""
    told = {"refund_id": str(refund.get("refund_id")), "fields": _REASON_FIELDS}
    return told | {"refund_phase": str(refund.get("refund_phase") or "")}


def to_reasons(answer: Node) -> tuple[RefusalReason, ...]:
    rows = wrapped(answer, "reasons", "reason")
    told = ((str(row["reason_id"]), str(row.get("reason_text") or "")) for row in rows)
    return tuple(RefusalReason(code, words) for code, words in told if words)


def proof(method: str, answer: ReturnAnswer) -> dict[str, bytes]:
    """Return the photograph of a refusal: TOP takes one, and Tmall wants it."""
    is_shown = method == REFUSE and answer.photos
    return {"refuse_proof": answer.photos[0]} if is_shown else {}


def to_payment(refund: Node, push: RefundPush) -> dict[str, str]:
    """Return the parameters that pay what the buyer asked for.

    :raises IntegrationError: fatal if it is not to be paid now, or another sum was asked for
    """
    if refund.get("status") not in (WAITS, RETURNED):
        raise _not_ours(refund)
    if Decimal(str(refund.get("refund_fee"))) != push.amount:
        raise IntegrationError(
            f"买家在淘宝申请的退款金额是 {refund.get('refund_fee')} 元，与应退金额不一致",
            kind=ErrorKind.FATAL,
            code="local:other_amount",
        )
    return {"refund_infos": _payment(refund)}


def check_paid(answer: Node) -> None:
    """:raises IntegrationError: fatal, in TOP's words, if the money was not paid"""
    refused = [
        each
        for each in wrapped(answer, "results", "refund_mapping_result")
        if each.get("succ") is False
    ]
    if not refused and answer.get("succ") is not False:
        return
    words = next((str(each.get("message") or "") for each in refused), "") or answer.get("message")
    raise IntegrationError(
        str(words or "refused")[:300],
        kind=ErrorKind.FATAL,
        code=str(answer.get("msg_code") or "refunds.agree"),
    )


def _payment(refund: Node) -> str:
    cents = int(Decimal(str(refund.get("refund_fee"))) * 100)
    parts = [refund.get("refund_id"), cents, refund.get("refund_version")]
    return "|".join(map(str, [*parts, refund.get("refund_phase") or "onsale"]))


def _version(refund: Node) -> dict[str, str]:
    return {
        "refund_id": str(refund.get("refund_id")),
        "refund_phase": str(refund.get("refund_phase") or ""),
        "refund_version": str(refund.get("refund_version") or ""),
    }


def _numbers(refund: Node) -> dict[str, str]:
    return {"tid": str(refund.get("tid") or ""), "oid": str(refund.get("oid") or "")}


def _address(place: ReturnAddress | None) -> dict[str, str]:
    if place is None or not (place.phone and place.address):
        raise IntegrationError(
            "没有退货地址，淘宝不能同意退货", kind=ErrorKind.FATAL, code="local:no_address"
        )
    return {
        "name": place.name,
        "mobile": place.phone,
        "address": place.province + place.city + place.district + place.address,
    }


def _not_ours(refund: Node) -> IntegrationError:
    return IntegrationError(
        f"淘宝退款单的状态（{refund.get('status')}）不能由商家处理",
        kind=ErrorKind.FATAL,
        code="local:not_ours",
    )
