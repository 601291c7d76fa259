"""One screen of the phone as values: one step, in the words of whoever stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from warehouse.services.barcodes import Command

Text = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row below the step: what, how many of how many. A touch sends its ``code`` as a scan."""

    title: Text
    note: Text = ""
    badge: Text = ""
    done: int | None = None
    total: int | None = None
    tone: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A command; with ``ask`` the person is asked first."""

    command: Command
    label: Text
    tone: str = "quiet"
    ask: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelView:
    """The label of the parcel at hand. ``urls`` are where to ask, to print and to fetch it;
    ``weighing`` is empty where nobody weighs it, else "may", "wanted" or "again"."""

    id: int
    package_no: str
    state: str
    text: Text
    carrier: str = ""
    waybill_no: str = ""
    error: str = ""
    note: Text = ""
    print_count: int = 0
    printed: Text = ""
    weight: Text = ""
    weighing: str = ""
    urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """``verb`` and ``big`` are read from two metres; ``hint`` says what to scan next, ``then`` what
    comes after it; ``context`` goes back with the next scan; photos go to ``photo_url``."""

    station: str
    title: Text
    hint: Text
    context: Mapping[str, Any]
    verb: Text = ""
    big: Text = ""
    amount: Text = ""
    name: Text = ""
    detail: Text = ""
    then: Text = ""
    note: Text = ""
    shows_photo: bool = False
    progress: tuple[int, int] | None = None
    lines: Sequence[Line] = ()
    buttons: Sequence[Button] = ()
    parcel: ParcelView | None = None
    photo_url: str = ""
    photo_count: int = 0
