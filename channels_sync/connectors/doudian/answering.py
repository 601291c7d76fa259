"""Our yes or no to a buyer's request, in Doudian's numbers. Values in, values out.

``/afterSale/operate`` counts by kind and step: 101 agrees to a return, 201 to a refund, 301 to an
exchange, the second step of each is ten higher, and a refusal one higher. The numbers of agreeing
are those of the Go SDK; those of refusing follow the same count and were not seen in force.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from channels_sync.connectors.outbound import ReturnAddress, ReturnAnswer, Told
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]

_ASKED, _RETURNED = 6, 11
_AGREED = frozenset({7, 8, 11, 12, 13, 14, 51})
_REFUSED = frozenset({27, 28, 29})
_FIRST_STEP = {0: 100, 1: 200, 2: 200, 3: 300}
"""By ``after_sale_type``: return and refund, refund after and before shipping, exchange."""
_SECOND_STEP = 10
_AGREE, _REFUSE = 1, 2
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


def to_operation(
    request: Node, answer: ReturnAnswer, *, reasons: Sequence[Node], addresses: Sequence[Node] = ()
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
    if not answer.is_agreed:
        item |= _refusal(reasons, answer)
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


def _refusal(reasons: Sequence[Node], answer: ReturnAnswer) -> dict[str, Any]:
    """Take a reason that our words name, else the first; and only one that asks for no photo,
    because how a photo is handed over is not public."""
    open_ones = [reason for reason in reasons if reason.get("evidence_need") != "Y"]
    named = [one for one in open_ones if str(one.get("reason") or "?") in answer.words]
    for reason in (*named, *open_ones):
        words = str(reason.get("reason") or "")
        told = {"reason": words, "remark": answer.words_or(words)}
        return told | {"reject_reason_code": int(reason["reject_reason_code"])}
    raise IntegrationError(
        "抖店要求拒绝售后时上传凭证，请在抖店后台处理", kind=ErrorKind.FATAL, code="local:evidence"
    )


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
