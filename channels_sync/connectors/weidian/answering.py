"""Our yes or no to a buyer's request at Weidian. Values in, values out.

The first version of ``refund.accept`` named an order and could refuse only what was received; 1.1
names the refund, and where the goods go. Its words are those of a seller system's source of 2017,
the platform's own page of it is not public.
"""

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import ReturnAnswer, Told
from channels_sync.connectors.weidian import codes, messages
from channels_sync.connectors.weidian.mapper import refund_no
from channels_sync.connectors.weidian.refunding import parts_of
from oms.integration.errors import ErrorKind, IntegrationError

_RESUMED = frozenset({"pay", "ship"}) | codes.REFUSED
_YES, _NO = "1", "2"
_MONEY_ONLY = "1"


def outcome(order: Loose, answer: ReturnAnswer) -> Told | None:
    """Return what became of a request, where the order's status says it outright.

    :raises Unreadable: if there is no status
    """
    status = order.needed("status", limit=40)
    is_as_meant = status == codes.CLOSED if answer.is_agreed else status in _RESUMED
    return Told(channel_ref=answer.channel_refund_no) if is_as_meant else None


def to_answer(order: Loose, answer: ReturnAnswer) -> dict[str, str]:
    """Return the parameters.

    :raises IntegrationError: fatal if nothing waits for an answer, or the return has no address
    :raises Unreadable: naming the first field that cannot be understood
    """
    parts = parts_of(answer.channel_refund_no)
    kinds = [
        item.inside("refund_info").text("refund_kind", limit=8)
        for item in order.items("items")
        if parts and refund_no(item) == parts[1]
    ]
    if parts is None or not kinds or order.needed("status", limit=40) not in codes.REFUNDING:
        raise _fatal("微店订单没有等待处理的这笔退款，请在微店后台核对", "not_its_turn")
    told = {
        "refund_no": parts[1],
        "is_accept": _YES if answer.is_agreed else _NO,
        "refund_kind": kinds[0] or _MONEY_ONLY,
        "direct_refund": "0",
    }
    if not answer.is_agreed:
        return told | {"refuse_reason": answer.words_or(messages.REFUSED)}
    return told | _place(answer) if told["refund_kind"] == codes.RETURN_KIND else told


def _place(answer: ReturnAnswer) -> dict[str, str]:
    place = answer.return_to
    if place is None:
        raise _fatal("同意退货需要退货地址，请先在仓库里填写", "no_return_address")
    return {
        "recipients": place.name,
        "telephone": place.phone,
        "address": f"{place.province}{place.city}{place.district}{place.address}",
    }


def _fatal(words: str, code: str) -> IntegrationError:
    return IntegrationError(words, kind=ErrorKind.FATAL, code=f"local:{code}")
