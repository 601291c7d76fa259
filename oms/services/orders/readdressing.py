"""A person changes where an order goes: for orders whose address is ours to read and to change."""

from dataclasses import dataclass, fields
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from oms.access.checks import require
from oms.dto import PlainReceiver
from oms.evidence.append import append
from oms.flows.order import NOTHING_LEFT_THE_BUILDING
from oms.models import Order, Receiver, User
from oms.models.locking import atomic_service, lock_row
from oms.privacy.address import is_address
from oms.privacy.keys import index_keys
from oms.refusals import Refusal
from oms.services.holds import end_holds
from oms.services.orders.address import readdress
from oms.services.recall import Answer

_FEWEST_DIGITS = 7
"""A fixed line without its area code."""
_ENDS = ("no_receiver", "address_incomplete")


class TooLateToReaddress(Refusal):
    message = _("The order has left or is over: its address cannot be changed here any more.")


class OnlyThePlatformChanges(Refusal):
    message = _("The platform keeps this receiver encrypted: the buyer changes the address there.")


class AddressIncomplete(Refusal):
    message = _("Name, phone, city and street are all needed, in full and without asterisks.")


class SameAddress(Refusal):
    message = _("This is the address that the order has already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAddress:
    """Where it goes from now on; a name or phone left empty stays what it was."""

    street: str
    name: str = ""
    phone: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    postcode: str = ""


def against_readdress(order: Order) -> Refusal | None:
    """Return why a person cannot change the order's address; None if one can."""
    if order.status not in NOTHING_LEFT_THE_BUILDING:
        return TooLateToReaddress()
    receiver = order.receiver
    if receiver is not None and receiver.kind != Receiver.Kind.PLAIN:
        return OnlyThePlatformChanges()
    return None


@atomic_service
def change_address(
    order_id: int, *, address: NewAddress, actor: User, reason: str, now: datetime
) -> None:
    """Send an order elsewhere; its goods come back and it is lined up anew.

    The address that the channel told is remembered: told again, it does not come back.

    :raises NotAllowed: if the person may not edit orders of the store
    :raises Refusal: if it is too late, not ours to change, incomplete, or no other address
    """
    order = lock_row(Order, order_id)
    require(actor, "edit_orders", order.store)
    refusal = against_readdress(order)
    if refusal is not None:
        raise refusal
    receiver = _completed(address, order.receiver)
    known = order.receiver.address_key if order.receiver else ""
    if is_address(receiver, known, keys=index_keys()):
        raise SameAddress
    overruled = order.overruled_address_key or known
    if readdress(order, receiver=receiver, now=now, actor=actor) is Answer.LEFT:
        raise TooLateToReaddress
    order.overruled_address_key = overruled
    order.save(update_fields=["overruled_address_key"])
    facts = {"order": order.order_no, "receiver": order.receiver_id}
    append("receiver.change", f"order:{order.order_no}", at=now, actor=actor, facts=facts)
    for code in _ENDS:
        end_holds(order, code=code, now=now, note=reason)


def _completed(address: NewAddress, old: Receiver | None) -> PlainReceiver:
    """:raises AddressIncomplete: if a parcel could not be sent there"""
    told = {field.name: getattr(address, field.name).strip() for field in fields(address)}
    for part in ("name", "phone"):
        told[part] = told[part] or (getattr(old, part) if old else "")
    needed = [told[part] for part in ("name", "phone", "city", "street")]
    digits = sum(character.isdecimal() for character in told["phone"])
    masked = any("*" in text or "＊" in text for text in told.values())
    if not all(needed) or masked or digits < _FEWEST_DIGITS:
        raise AddressIncomplete
    kept = {"country": old.country, "email": old.email} if old else {}
    return PlainReceiver(**told, **kept)
