"""Our yes or no to a return that a buyer asked for at Shopify. Values in, values out.

``returnApproveRequest`` and ``returnDeclineRequest`` (shopify.dev, Admin GraphQL API; the app needs
the scope ``write_returns``). The note of a refusal is mailed to the buyer, 500 characters of it;
Shopify has three reasons; unless a person chose one it is told OTHER. Shopify gives the buyer
no address of ours: that is the merchant's return label.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from channels_sync.connectors.outbound import RefusalReason, ReturnAnswer, Told
from channels_sync.connectors.shopify.ids import gid, number
from oms.integration.errors import ErrorKind, IntegrationError

Node = Mapping[str, Any]
APPROVE, DECLINE = "returnApproveRequest", "returnDeclineRequest"
_LONGEST_NOTE = 500
REASONS = (
    RefusalReason("OTHER", gettext_noop("another reason")),
    RefusalReason("RETURN_PERIOD_ENDED", gettext_noop("the time for returns is over")),
    RefusalReason("FINAL_SALE", gettext_noop("sold without return")),
)
"""``ReturnDeclineReason``, as it stands in the Admin API."""
_ASKED = "REQUESTED"
_AGREED, _REFUSED = frozenset({"OPEN", "CLOSED"}), frozenset({"DECLINED", "CANCELED"})


def return_id(answer: ReturnAnswer) -> str:
    """Return Shopify's id of the return.

    :raises IntegrationError: fatal for a refund, which is money that moved, not a request
    """
    kind, _bar, digits = answer.channel_refund_no.partition("/")
    if kind != "Return" or not digits.isdecimal():
        raise IntegrationError(
            "Shopify 的这笔退款不是退货申请，无需答复", kind=ErrorKind.FATAL, code="local:not_taken"
        )
    return gid("Return", digits)


def outcome(told: Node | None, *, is_agreed: bool) -> Told | None:
    """Return what became of a request; None while it waits for our answer.

    :raises IntegrationError: fatal if there is no such return
    """
    if told is None:
        raise IntegrationError(
            "Shopify 没有这个退货申请", kind=ErrorKind.FATAL, code="local:no_refund"
        )
    status = str(told["status"])
    if status == _ASKED:
        return None
    as_meant = status in (_AGREED if is_agreed else _REFUSED)
    refused = "" if as_meant else f"return status {status}"
    return Told(channel_ref=number(told["id"]), refused=refused)


def to_variables(answer: ReturnAnswer) -> dict[str, Any]:
    """Return the variables of the mutation that tells our answer; the buyer gets a mail."""
    told: dict[str, Any] = {"id": return_id(answer), "notifyCustomer": True}
    if not answer.is_agreed:
        told |= {"declineReason": answer.reason or "OTHER"}
        note = answer.words_or("", most=_LONGEST_NOTE)
        told |= {"declineNote": note} if note else {}
    return {"input": told}
