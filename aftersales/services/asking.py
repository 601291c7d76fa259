"""What a request says, and why one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from aftersales.models import CaseLink, Kind, Reason, Source
from oms.refusals import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``units`` is {order item id: units}, empty for a platform that names no line: then all that
    is left. ``kind`` None takes the playbook's proposal. ``amount`` is what a platform says, in the
    order's currency, and ``paid`` the units whose money it has paid back already.
    ``submission_key`` names one form that was sent, however often.
    """

    source: Source
    reason: Reason
    units: Mapping[int, int]
    kind: Kind | None = None
    words: str = ""
    amount: Decimal | None = None
    paid: Mapping[int, int] = field(default_factory=dict)
    channel_refund_no: str | None = None
    channel_modified_at: datetime | None = None
    submission_key: str | None = None
    link: CaseLink | None = None


class NothingAsked(Refusal):
    message = _("Choose at least one item.")


class NotThatMany(Refusal):
    message = _("Of “%(title)s” at most %(units)d can still be asked for.")


class LeftAndNotLeft(Refusal):
    message = _("Some of these items have been shipped and some have not: ask for them apart.")


class KindNotOffered(Refusal):
    message = _("For this reason the shop offers: %(kinds)s.")


class PhotosMissing(Refusal):
    message = _("Please add at least one photo that shows: %(photos)s.")
