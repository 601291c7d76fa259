"""Show one receiver in clear to one person, for a stated purpose: who looked is never lost."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import access_order, require
from oms.audit import timeline
from oms.evidence.append import append
from oms.models import Order, Receiver, User
from oms.models.locking import atomic_service
from oms.privacy.filters import redact
from oms.refusals import Refusal

KIND = "receiver.reveal"


class NothingToReveal(Refusal):
    message = _("The order has no receiver.")


class OnlyThePlatformKnows(Refusal):
    message = _(
        "The platform keeps this receiver encrypted: open the order in its back office to see it."
    )


class Erased(Refusal):
    message = _("This receiver was erased at the buyer's request.")


class ReasonMissing(Refusal):
    message = _("Say what you need it for.")


@dataclass(frozen=True, slots=True)
class Revealed:
    """A receiver in clear: for the page that asked, never stored and never logged."""

    name: str
    phone: str
    address: str
    postcode: str = ""
    email: str = ""


@atomic_service
def reveal_receiver(order_id: int, *, actor: User, reason: str, now: datetime) -> Revealed:
    """Decrypt one order's receiver for a person, and put on record who looked and why.

    :raises Order.DoesNotExist: if the person may not even see the order
    :raises NotAllowed: if the person may not see buyers' contacts of the store
    :raises Refusal: if no purpose is stated, or there is nothing that we could decrypt
    """
    order = access_order(actor, order_id, permission="view_orders")
    require(actor, "view_buyer_contact", order.store)
    purpose = redact(reason.strip())[:200]
    if not purpose:
        raise ReasonMissing
    receiver = against_nothing(order.receiver)
    facts = {"order": order.order_no, "receiver": receiver.pk, "purpose": purpose}
    append(KIND, f"order:{order.order_no}", at=now, actor=actor, facts=facts)
    timeline.record(Order.SUBJECT, order.pk, "reveal", at=now, actor=actor, note=purpose)
    return _in_clear(receiver)


def against_nothing(receiver: Receiver | None) -> Receiver:
    """Return a receiver that can be shown in clear.

    :raises Refusal: saying why this one cannot
    """
    if receiver is None:
        raise NothingToReveal
    if receiver.erased_at is not None:
        raise Erased
    if receiver.kind != Receiver.Kind.PLAIN:
        raise OnlyThePlatformKnows
    return receiver


def _in_clear(receiver: Receiver) -> Revealed:
    region = (receiver.province, receiver.city, receiver.district, receiver.town)
    return Revealed(
        name=receiver.name,
        phone=receiver.phone,
        address="".join(dict.fromkeys(region)) + receiver.street,
        postcode=receiver.postcode,
        email=receiver.email,
    )
