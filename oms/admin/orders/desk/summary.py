"""What an act on many orders changes in all: goods on their way, parcels, money."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.admin import show
from oms.admin.orders.columns import hold_label
from oms.services.desk.judging import endable_in_bulk
from oms.services.standing import Standing

Will = Sequence[Standing]


def of_hold(will: Will) -> Iterator[str]:
    yield from _claimed(will)
    yield from _on_documents(will)
    yield _("They go nowhere until their holds are ended; the time to ship runs on.")


def of_release(will: Will) -> Iterator[str]:
    codes = Counter(hold.code for one in will for hold in endable_in_bulk(one))
    for code, count in codes.most_common():
        text = ngettext("%(hold)s: %(n)d hold ends.", "%(hold)s: %(n)d holds end.", count)
        yield text % {"hold": hold_label(code), "n": count}
    yield _("Requests for a refund and holds of the platform stay.")


def of_approve(will: Will) -> Iterator[str]:
    yield _("They pass the review whatever the automatic checks say.")
    yield from _worth(will)


def of_release_now(will: Will) -> Iterator[str]:
    yield _("They go to the warehouse within a minute.")
    inside = sum(1 for one in will if one.siblings)
    if inside:
        yield ngettext(
            "%(n)d of them is in a merge: its whole parcel goes.",
            "%(n)d of them are in merges: their whole parcels go.",
            inside,
        ) % {"n": inside}


def of_cancel(will: Will) -> Iterator[str]:
    yield from _claimed(will)
    yield from _on_documents(will)
    yield from _worth(will)
    yield _("The platforms are not told, and no money goes back by itself.")
    yield _("A cancelled order does not come back.")


SUMMARIES: dict[str, Callable[[Will], Iterator[str]]] = {
    "hold": of_hold,
    "release": of_release,
    "approve": of_approve,
    "release_now": of_release_now,
    "cancel": of_cancel,
}


def _claimed(will: Will) -> Iterator[str]:
    count = sum(1 for one in will if one.is_claimed)
    if count:
        yield ngettext(
            "The warehouse works on %(n)d of them already: it is told to stop.",
            "The warehouse works on %(n)d of them already: it is told to stop.",
            count,
        ) % {"n": count}


def _on_documents(will: Will) -> Iterator[str]:
    parts = [part for one in will if not one.is_claimed for part in one.parts]
    if parts:
        units = sum(part.units for part in parts)
        documents = len({part.document.pk for part in parts})
        yield _("%(units)d pieces come off %(documents)d documents; their stock is free again.") % {
            "units": units,
            "documents": documents,
        }


def _worth(will: Will) -> Iterator[str]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in will:
        sums[one.order.currency] += one.order.paid_amount
    shown = [show.plain_amount(sums[name], name) for name in sorted(sums) if sums[name]]
    if shown:
        yield _("Paid for them: %(amounts)s.") % {"amounts": " + ".join(shown)}
