"""Our yes or no to a buyer's request at Weidian. Values in, values out.

``refund.accept`` names an order and not a refund, so it is used only where the order has one.
"""

from channels_sync.connectors.loose import Loose
from channels_sync.connectors.outbound import ReturnAnswer, Told
from channels_sync.connectors.weidian import codes
from channels_sync.connectors.weidian.refunding import numbers_in, parts_of
from oms.integration.errors import ErrorKind, IntegrationError

_REFUSED = frozenset({"pay", "ship"})


def outcome(order: Loose, answer: ReturnAnswer) -> Told | None:
    """Return what became of a request, where the order's status says it outright.

    :raises Unreadable: if there is no status
    """
    status = order.needed("status", limit=40)
    is_as_meant = status == codes.CLOSED if answer.is_agreed else status in _REFUSED
    return Told(channel_ref=answer.channel_refund_no) if is_as_meant else None


def to_answer(order: Loose, answer: ReturnAnswer) -> dict[str, str]:
    """Return the parameters.

    :raises IntegrationError: fatal if nothing waits for an answer, or not this request alone
    :raises Unreadable: naming the first field that cannot be understood
    """
    if order.needed("status", limit=40) not in codes.REFUNDING:
        raise _fatal("微店订单没有等待处理的退款，请在微店后台核对", "not_its_turn")
    parts = parts_of(answer.channel_refund_no)
    if parts is None or numbers_in(order) != [parts[1]]:
        raise _fatal("微店订单有多笔退款，接口不能只答复其中一笔，请在微店后台处理", "many_refunds")
    return {
        "order_id": answer.channel_order_no,
        "is_accept": "1" if answer.is_agreed else "0",
    }


def _fatal(words: str, code: str) -> IntegrationError:
    return IntegrationError(words, kind=ErrorKind.FATAL, code=f"local:{code}")
