"""Why orders do not share a parcel, in the words of the people who ask."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.flows.fulfillment import OPEN_FOR_SIBLINGS
from oms.flows.order import MERGEABLE, OrderStatus
from oms.rules.merge_key import MergeFacts, Reason, reasons_against
from oms.services.standing import Standing

REASONS: dict[Reason, str | Promise] = {
    Reason.SCOPE: gettext_lazy("the stores do not ship together"),
    Reason.NO_BUYER: gettext_lazy("the platform names no buyer"),
    Reason.BUYER: gettext_lazy("different buyers"),
    Reason.NO_ADDRESS: gettext_lazy("the address is not known well enough"),
    Reason.ADDRESS: gettext_lazy("different receivers or addresses"),
    Reason.COD: gettext_lazy("cash on delivery"),
    Reason.TERMS: gettext_lazy("different payment terms"),
    Reason.CURRENCY: gettext_lazy("different currencies"),
    Reason.PRESALE: gettext_lazy("only one of them is pre-sale"),
    Reason.CARRIER: gettext_lazy("different carriers were promised"),
    Reason.WAREHOUSE: gettext_lazy("different warehouses are appointed"),
    Reason.SHIPPED_BY_OTHERS: gettext_lazy("it is not shipped by us"),
    Reason.KEPT_APART: gettext_lazy("a person keeps it apart"),
}
BY_HAND = frozenset({Reason.KEPT_APART, Reason.NO_BUYER})
"""What a person may overrule: an earlier person's word, and a buyer whom the platform hides while
the address is the same. Everything else would break a promise, to the buyer or to the platform."""


def spoken(reasons: Iterable[Reason]) -> list[str]:
    return [str(REASONS[reason]) for reason in reasons]


def for_good(one: MergeFacts, *, other: MergeFacts) -> list[Reason]:
    """Return the reasons that not even a person overrules."""
    return [reason for reason in reasons_against(one, other) if reason not in BY_HAND]


def not_now(standing: Standing, *, now: datetime) -> Iterator[str]:
    """Yield why an order as it stands can join nobody, whoever the other is."""
    order = standing.order
    if order.status == OrderStatus.UNPAID:
        yield _("it is not paid")
    elif order.status == OrderStatus.PENDING_REVIEW:
        yield _("it waits for review")
    elif order.status not in (*MERGEABLE, OrderStatus.MERGED):
        yield _("it is %(status)s") % {"status": order.get_status_display()}
    if standing.holds:
        yield _("it is held")
    for part in standing.parts:
        if part.is_frozen or part.document.status not in OPEN_FOR_SIBLINGS:
            yield _("its document %(no)s is %(at)s: closed to others") % {
                "no": part.document.fulfillment_no,
                "at": part.document.get_status_display(),
            }
    if order.not_before is not None and order.not_before > now:
        at = timezone.localtime(order.not_before)
        yield _("it may not leave before %(at)s") % {"at": f"{at:%m-%d %H:%M}"}
