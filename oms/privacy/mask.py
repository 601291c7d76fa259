"""Show personal data so that a person recognises it and nobody else can use it. Pure.

Every mask may be masked again without change, short values show less instead of everything, and the
number of stars never tells a length. Rules as Chinese platforms print them: 张*, 138****8000.
"""

import re
from dataclasses import dataclass
from typing import Final

from oms.dto import CipherReceiver, PlainReceiver
from oms.privacy.phone import parse_phone

_STARS: Final = "***"
_GAP: Final = "****"
_NUMBER: Final = re.compile(r"\+?[0-9*]+")
_NO_DIGIT: Final = re.compile(r"[^0-9*]")
_ROUND_STARS: Final = re.compile(r"(\+?[0-9]*)\*(?:.*\*)?([0-9]*)")
# Whatever comes behind the first word for a street, or a first number, leads to the door.
_STREET_END: Final = re.compile(
    r"街道|大道|胡同|[路街巷弄镇乡]|\b(?:street|st|road|rd|avenue|ave|lane)\b", re.IGNORECASE
)
_DOOR: Final = re.compile(r"[\d*#一二三四五六七八九十]")
_LENGTH_CLASSES: Final = ((8, "***"), (32, "******"))
_LONG: Final = "*********"


@dataclass(frozen=True, slots=True)
class MaskedReceiver:
    """A receiver as every list shows it."""

    name: str
    phone: str
    address: str


def mask_name(name: str) -> str:
    """Return the first character and one star: "张*"; a name of one character is only a star."""
    name = name.strip()
    if not name:
        return ""
    return "*" if len(name) == 1 or name[0] == "*" else f"{name[0]}*"


def mask_phone(phone: str) -> str:
    """Return "138****8000", without extension; the last two of a short number, else only stars."""
    phone = phone.strip()
    if not phone:
        return ""
    number = _number_in(phone)
    if "*" in number:
        found = _ROUND_STARS.fullmatch(number)
        return f"{found[1][:3]}{_GAP}{found[2][-4:]}" if found else _GAP
    digits = len(number.removeprefix("+"))
    if digits >= 11:
        return f"{number[:3]}{_GAP}{number[-4:]}"
    return _GAP + (number[-2:] if digits >= 7 else "")


def mask_address(address: str) -> str:
    """Return the address up to its first street word and "***"; nothing from a number onwards."""
    address = address.strip()
    if not address:
        return ""
    before_door = _DOOR.split(address, maxsplit=1)[0]
    street = _STREET_END.search(before_door)
    return (before_door[: street.end()] if street else "") + _STARS


def mask_email(email: str) -> str:
    """Return "j***@example.com"; what is no e-mail address keeps at most its tail."""
    local, at, domain = email.strip().rpartition("@")
    if not at or not domain:
        return mask_tail(email)
    return f"{local[0] if len(local) > 1 and local[0] != '*' else ''}{_STARS}@{domain}"


def mask_tail(text: str, keep: int = 4) -> str:
    """Return "***" and the last characters: ``keep`` of them, but never more than a third."""
    text = text.strip()
    if not text or (text.startswith(_STARS) and len(text) <= len(_STARS) + keep):
        return text
    shown = min(keep, len(text) // 3)
    return _STARS + (text[-shown:] if shown else "")


def mask_any(value: object) -> str:
    """Return only stars: 3, 6 or 9 for a text below 8, below 32, or longer; empty stays empty.

    For change records, where "something was put in" is told and what it was is not.
    """
    text = str(value)
    stars = [mask for _, mask in _LENGTH_CLASSES] + [_LONG]
    if not text or text in stars:
        return text
    return next((mask for limit, mask in _LENGTH_CLASSES if len(text) < limit), _LONG)


def mask_receiver(receiver: PlainReceiver | CipherReceiver) -> MaskedReceiver:
    """Return a receiver for a list: region readable, the rest masked (a platform's masks again)."""
    region = receiver.province + receiver.city + receiver.district + receiver.town
    if isinstance(receiver, CipherReceiver):
        name, phone, street = receiver.name_mask, receiver.phone_mask, receiver.street_mask
    else:
        name, phone, street = receiver.name, receiver.phone, receiver.street
    return MaskedReceiver(mask_name(name), mask_phone(phone), region + mask_address(street))


def _number_in(phone: str) -> str:
    number = parse_phone(phone).number
    if _NUMBER.fullmatch(number):
        return number
    return parse_phone(_NO_DIGIT.sub("", number)).number
