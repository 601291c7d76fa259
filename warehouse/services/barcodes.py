"""One resolver for every code that a scanner reads: what it stands for, in this warehouse."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from oms.access.checks import scope
from oms.models import User
from oms.registries import BarcodeMatch, barcode_kinds
from warehouse.services.code_kinds import OURS, find

LONGEST = 128
# What a scanner set to "send AIM id" puts in front: "]C1", "]E0", "]Q3", "]d2".
_AIM = re.compile(r"^\][A-Za-z][0-9]")
# GS1: (01) and 14 digits name the article; everything after it is lot, date, serial number.
_GS1_ARTICLE = re.compile(r"^\(?01\)?(\d{14})")
_GROUP_SEPARATOR = "\x1d"
_COMMAND = "CMD:"


class Command(StrEnum):
    """Buttons of the phone, which can be printed as codes for the wall too."""

    START = "START"
    SKIP = "SKIP"
    SHORT = "SHORT"
    HAND_BACK = "HANDBACK"
    SEAL = "SEAL"
    UNDO = "UNDO"
    NEXT = "NEXT"
    HAND_OVER = "HANDOVER"
    GOOD = "GOOD"
    DEFECTIVE = "DEFECTIVE"
    QUARANTINE = "QUARANTINE"
    EXTRA = "EXTRA"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Scan:
    """A code, and everything it may stand for."""

    code: str
    matches: Sequence[BarcodeMatch] = ()
    command: Command | None = None
    quantity: int = 1

    def id_of(self, kind: str) -> int | None:
        return next((match.id for match in self.matches if match.kind == kind), None)

    @property
    def kind(self) -> str:
        """The first thing it stands for, "command", or "" for nothing we know."""
        if self.command is not None:
            return "command"
        return self.matches[0].kind if self.matches else ""


def clean(raw: str) -> str:
    """Return what was printed: no control characters, no scanner's prefix, no outer blanks."""
    text = _AIM.sub("", raw.strip())
    text = text.encode("utf-8", "replace").decode("utf-8")
    kept = (letter for letter in text if letter == _GROUP_SEPARATOR or _is_printable(letter))
    return "".join(kept).strip()[:LONGEST]


def spellings(code: str) -> list[str]:
    """Return the ways in which the same article number may be written down."""
    found = [code.replace(_GROUP_SEPARATOR, "")]
    if article := _GS1_ARTICLE.match(code):
        found.append(article.group(1))
    for text in list(found):
        if text.isascii() and text.isdigit() and len(text) in (12, 13, 14):
            found += [text.zfill(14), text.zfill(14)[1:], text.lstrip("0")]
    return list(dict.fromkeys(text for text in found if text))


def read(raw: str, *, user: User, warehouse_id: int, quantity: int = 1) -> Scan:
    """Resolve a code for a person at work in a warehouse."""
    code = clean(raw)
    command = _command(code)
    matches = () if command else resolve(code, user=user, warehouse_ids=[warehouse_id])
    return Scan(code, tuple(matches), command, quantity)


def resolve(code: str, *, user: User, warehouse_ids: Sequence[int]) -> list[BarcodeMatch]:
    """Return everything a cleaned code stands for; nothing of other warehouses."""
    if not code:
        return []
    forms = spellings(code)
    ours = {kind.key for kind in OURS}
    theirs = [kind.resolve(user, code) for kind in barcode_kinds if kind.key not in ours]
    found = find(forms, kinds=OURS, warehouse_ids=warehouse_ids)
    return found + [match for match in theirs if match is not None]


def places(user: User) -> list[int]:
    """Return the warehouses in which the person may see what a code stands for."""
    rights = scope(user)
    return sorted(rights.ids("view_fulfillment") | rights.ids("pick"))


def _command(code: str) -> Command | None:
    name = code.upper().removeprefix(_COMMAND)
    known = code.upper().startswith(_COMMAND) and name in set(Command)
    return Command(name) if known else None


def _is_printable(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "C"
