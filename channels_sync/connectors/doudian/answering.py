"""Our yes or no to a buyer's request, in Doudian's numbers. Values in, values out.

``/afterSale/operate`` counts by kind and step: 101 agrees to a return, 201 to a refund, 301 to an
exchange, the second step of each is ten higher, and a refusal one higher. The numbers of agreeing
are those of the Go SDK; those of refusing follow the same count and were not seen in force.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels_sync.connectors.outbound import RefusalReason, ReturnAddress, ReturnAnswer, Told
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]

_ASKED, _RETURNED = 6, 11
_AGREED = frozenset({7, 8, 11, 12, 13, 14, 51})
_REFUSED = frozenset({27, 28, 29})
_FIRST_STEP = {0: 100, 1: 200, 2: 200, 3: 300}
"""By ``after_sale_type``: return and refund, refund after and before shipping, exchange."""
_SECOND_STEP = 10
_AGREE, _REFUSE = 1, 2
_IMAGE = 1
_NEEDS_ADDRESS = frozenset({101, 301})


def outcome(request: Node, *, is_agreed: bool) -> Told | None:
    """Return what became of a request, if it was answered as we mean to; a request that ended in
    another way is told as refused."""
    status = int(request["after_sale_status"])
    number = str(request["after_sale_id"])
    if status in (_AGREED if is_agreed else _REFUSED):
        is_waiting = status == _RETURNED and not is_agreed
        return None if is_waiting else Told(channel_ref=number)
    if status in _AGREED | _REFUSED and not (status == _RETURNED and not is_agreed):
        return Told(channel_ref=number, refused=f"after-sales status {status}")
    return None


@dataclass(frozen=True, slots=True)
class Refusal:
    """With which reason, and where in Doudian's own storage its photographs lie."""

    reason: RefusalReason
    evidence: tuple[str, ...] = ()


def to_operation(
    request: Node,
    answer: ReturnAnswer,
    *,
    refusal: Refusal | None = None,
    addresses: Sequence[Node] = (),
) -> dict[str, Any]:
    """Return the parameters of the answer; ``update_time`` lets Doudian refuse it if the request
    changed meanwhile.

    :raises IntegrationError: fatal if it is not ours to answer, or something is missing for it
    """
    number = _operation(request, is_agreed=answer.is_agreed)
    item: dict[str, Any] = {
        "aftersale_id": answer.channel_refund_no,
        "update_time": int(request["update_time"]),
    }
    if refusal is not None:
        item |= _refusal(refusal, answer)
    if number in _NEEDS_ADDRESS:
        number_there = address_number(addresses, answer.return_to)
        item["logistics"] = {"receiver_address_id": number_there}
    return {"type": number, "items": [item]}


def to_told(data: Node) -> Told:
    """Read the answer of the operation.

    :raises IntegrationError: fatal, in Doudian's words, if this request was not taken
    """
    item = data["items"][0]
    if int(item.get("status_code") or 0):
        raise IntegrationError(
            str(item.get("status_msg") or "")[:300],
            kind=ErrorKind.FATAL,
            code=f"operate:{item['status_code']}",
        )
    return Told(channel_ref=str(item["aftersale_id"]))


def _operation(request: Node, *, is_agreed: bool) -> int:
    first = _FIRST_STEP.get(int(request["after_sale_type"]))
    status = int(request["after_sale_status"])
    if first is None or status not in (_ASKED, _RETURNED):
        raise IntegrationError(
            f"抖店售后单的类型或状态（{status}）不能由商家审核，请在抖店后台处理",
            kind=ErrorKind.FATAL,
            code="local:not_ours",
        )
    step = _SECOND_STEP if status == _RETURNED else 0
    return first + step + (_AGREE if is_agreed else _REFUSE)


def to_reasons(data: Node) -> tuple[RefusalReason, ...]:
    """Read /afterSale/rejectReasonCodeList."""
    return tuple(
        RefusalReason(
            code=str(row["reject_reason_code"]),
            words=str(row.get("reason") or ""),
            needs_photo=row.get("evidence_need") == "Y",
        )
        for row in data.get("items") or []
    )


def reason_for(reasons: Sequence[RefusalReason], answer: ReturnAnswer) -> RefusalReason:
    """Return the reason that a person chose; else one that our words name, else the first, as far
    as there is a photograph for those that count only with one.

    :raises IntegrationError: fatal if there is none
    """
    if answer.reason:
        return _chosen(reasons, answer)
    fitting = [one for one in reasons if answer.photo_urls or not one.needs_photo]
    named = [one for one in fitting if one.words and one.words in answer.words]
    if not fitting:
        raise _no_photo()
    return (*named, *fitting)[0]


def _chosen(reasons: Sequence[RefusalReason], answer: ReturnAnswer) -> RefusalReason:
    for one in reasons:
        if one.code == answer.reason and one.needs_photo and not answer.photo_urls:
            raise _no_photo()
        if one.code == answer.reason:
            return one
    raise IntegrationError(
        "抖店不再提供所选的拒绝原因，请在抖店后台处理", kind=ErrorKind.FATAL, code="local:reason"
    )


def _no_photo() -> IntegrationError:
    return IntegrationError(
        "抖店要求拒绝售后时上传凭证，请在抖店后台处理", kind=ErrorKind.FATAL, code="local:evidence"
    )


def _refusal(refusal: "Refusal", answer: ReturnAnswer) -> dict[str, Any]:
    words = refusal.reason.words
    told: dict[str, Any] = {"reason": words, "remark": answer.words_or(words)}
    told["reject_reason_code"] = int(refusal.reason.code)
    if refusal.evidence:
        told["evidence"] = [{"type": _IMAGE, "url": url, "desc": words} for url in refusal.evidence]
    return told


def needs_address(request: Node) -> bool:
    """Tell whether a yes to the request names where the goods come back to."""
    kind, status = int(request["after_sale_type"]), int(request["after_sale_status"])
    return status == _ASKED and _FIRST_STEP.get(kind, 0) + _AGREE in _NEEDS_ADDRESS


def address_number(rows: Sequence[Node], place: ReturnAddress | None) -> int:
    """Return the number of the warehouse in the shop's own list of addresses (/address/list).

    Since August 2023 Doudian takes no address that is written out. The list tells no phone, so
    the street, or the other way round, must be written there.

    :raises IntegrationError: fatal without an address, or if the list has none like it
    """
    if place is None or not place.address:
        raise IntegrationError(
            "没有退货地址，抖店不能同意退货", kind=ErrorKind.FATAL, code="local:no_address"
        )
    street = _plain(place.address)
    for row in rows:
        shown = _plain(f"{row.get('receiver_street') or ''}{row.get('receiver_detail') or ''}")
        same_city = str(row.get("receiver_city") or "").startswith(place.city[:2])
        if same_city and shown and (street in shown or shown in street):
            return int(row["address_id"])
    raise IntegrationError(
        f"抖店的地址库里没有仓库地址（{place.city}），请先在抖店后台的地址库里添加",
        kind=ErrorKind.FATAL,
        code="local:return_address",
    )


def _plain(text: str) -> str:
    return "".join(text.split())
