"""What a shop of one's own answers, by our own webhook contract."""

import json
from typing import Any

from channels_sync.connectors.outbound import Told
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.wire import HttpResponse, malformed

READ_HERE = frozenset({400, 401, 403, 404, 409, 413, 422})
"""Statuses whose body says in the shop's words what is wrong."""
_KINDS = {401: ErrorKind.REAUTHORIZE, 403: ErrorKind.REAUTHORIZE}
_REFUSED = frozenset({"rejected", "closed"})
BAD_SIGNATURE, FORBIDDEN = "http:401", "http:403"


def to_told(response: HttpResponse) -> Told:
    """Read the answer on a parcel or a return; ``{"code": 0}`` is yes, also the second time.

    :raises IntegrationError: in the shop's words
    """
    return Told(channel_ref=_reference(_open(response)))


def to_refunded(response: HttpResponse) -> Told:
    """Read the answer on a refund: only ``success`` means that the money went back.

    :raises IntegrationError: in the shop's words
    """
    answer = _open(response)
    status = answer.get("status")
    refused = f"refund {status}" if status in _REFUSED else ""
    return Told(channel_ref=_reference(answer), is_final=status == "success", refused=refused)


def to_units(response: HttpResponse, sku_code: str) -> int | None:
    """Read how many units of a code the shop may sell; None for a code it does not know.

    :raises IntegrationError: in the shop's words
    """
    if response.status == 404:
        return None
    answer = _open(response)
    units = answer.get("quantity")
    is_number = isinstance(units, int) and not isinstance(units, bool)
    if answer.get("sku_code") != sku_code or not is_number:
        raise malformed("对方应答的不是这个编码的库存")
    return units


def _open(response: HttpResponse) -> dict[str, Any]:
    if response.status in READ_HERE:
        raise _refusal(response)
    answer = response.json()
    if not isinstance(answer, dict) or answer.get("code") != 0:
        raise malformed("对方的应答里没有 code=0，结果未知")
    return answer


def _refusal(response: HttpResponse) -> IntegrationError:
    kind = _KINDS.get(response.status, ErrorKind.FATAL)
    return IntegrationError(_words(response), kind=kind, code=f"http:{response.status}")


def _words(response: HttpResponse) -> str:
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        answer = None
    told = answer if isinstance(answer, dict) else {}
    text = str(told.get("text") or told.get("error") or "")
    return text[:300] or f"HTTP {response.status}"


def _reference(answer: dict[str, Any]) -> str:
    number = answer.get("refund_id") or answer.get("shipment_id") or ""
    if not isinstance(number, str | int):
        raise malformed("对方应答里的编号不是文本，结果未知")
    return str(number)
