"""What feature apps contribute to shared pages, registered in ``AppConfig.ready``.

Each kind of contribution is one typed registry here. Who reads a contribution passes the person on:
a provider shows only what that person may see.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Generic, Protocol, TypeVar

from django.utils.functional import Promise

from oms.dto import (
    PlatformWaybill,
    PlatformWaybillRequest,
    PrintJob,
    WaybillBranch,
    WaybillTemplate,
)
from oms.models import Order, Shipment, User

Label = str | Promise


class Keyed(Protocol):
    """Whatever is registered carries the key under which it is found."""

    @property
    def key(self) -> str: ...


T = TypeVar("T", bound=Keyed)


class DuplicateKey(ValueError):
    """Two apps claim one key: a programming error, raised at start."""


class Contributions(Generic[T]):
    """Contributions of one kind, in the order of registration."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._members: dict[str, T] = {}

    def register(self, member: T) -> T:
        """Add a contribution; the same one twice changes nothing.

        :raises DuplicateKey: if another one has its key
        """
        if self._members.setdefault(member.key, member) != member:
            raise DuplicateKey(f"{self._noun} {member.key!r} is registered twice")
        return member

    def unregister(self, key: str) -> None:
        """Take one away again: for tests."""
        del self._members[key]

    def __iter__(self) -> Iterator[T]:
        return iter(tuple(self._members.values()))


@dataclass(frozen=True, slots=True)
class OrderPanel:
    """A panel of the order page. ``render`` returns safe HTML, or "" for no panel at all."""

    key: str
    title: Label
    render: Callable[[Order, User], str]


@dataclass(frozen=True, slots=True)
class ParcelPanel:
    """A panel of a parcel's page. ``render`` returns safe HTML, or "" for no panel at all."""

    key: str
    title: Label
    render: Callable[[Shipment, User], str]


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found. ``url`` leads to it; title and detail hold no personal data in clear."""

    title: str
    detail: str
    url: str
    icon: str = "search"


@dataclass(frozen=True, slots=True)
class SearchProvider:
    """Finds things by what people type or scan; it returns at most ``limit`` hits."""

    key: str
    find: Callable[[User, str, int], Sequence[SearchHit]]


class Lane(Enum):
    """The rows of the board, from top to bottom."""

    FLOW = "flow"
    CLOCK = "clock"
    RETURNS = "returns"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class BoardCount:
    """How much waits somewhere, since when (aware), and the list of exactly these rows.

    ``due_at`` is the earliest time by which one of them has to leave, if that is known.
    """

    key: str
    label: Label
    count: int
    oldest_at: datetime | None
    url: str
    tone: str = ""
    """Colour while the count is not zero: grey, blue, green, amber or red."""
    lane: Lane = Lane.TROUBLE
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BoardCounter:
    """Counts for the first page; an empty list for whom they do not concern."""

    key: str
    counts: Callable[[User, datetime], Sequence[BoardCount]]


@dataclass(frozen=True, slots=True)
class BarcodeMatch:
    """What a scanned code stands for; ``kind`` is the key of the kind that knew it."""

    kind: str
    id: int
    text: str


@dataclass(frozen=True, slots=True)
class BarcodeKind:
    """A family of codes. ``resolve`` gets the trimmed code; None if it is none of this family."""

    key: str
    label: Label
    resolve: Callable[[User, str], BarcodeMatch | None]


@dataclass(frozen=True, slots=True)
class WaybillForm:
    """How a carrier's waybill numbers look; ``key`` is our code of the carrier."""

    key: str
    fits: Callable[[str], bool]


class PlatformWaybillLine(Protocol):
    """An open line to the waybill service of one store's platform. Every method may raise
    IntegrationError; where its ``outcome_unknown`` is set, ``find`` tells what became of it."""

    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill: ...

    def find(self, request: PlatformWaybillRequest) -> PlatformWaybill | None: ...

    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None: ...

    def void(self, *, carrier: str, waybill_no: str) -> None: ...

    def branches(self, carrier: str) -> Sequence[WaybillBranch]: ...

    def templates(self, carrier: str) -> Sequence[WaybillTemplate]: ...

    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob: ...


class OpensWaybillLine(Protocol):
    """``reference`` is what the line's calls are about."""

    def __call__(
        self, store_id: int, /, *, reference: str
    ) -> AbstractContextManager[PlatformWaybillLine]: ...


@dataclass(frozen=True, slots=True)
class PlatformWaybills:
    """The waybill services of the platforms, for stores by their id.

    ``carriers`` are those a store's service issues for, by our codes: empty where it has none.
    """

    key: str
    carriers: Callable[[int], frozenset[str]]
    open: OpensWaybillLine


@dataclass(frozen=True, slots=True)
class Words:
    """How the records speak of one kind of row: ``key`` is its ``SUBJECT`` on the timeline.

    ``actions`` are those of the timeline, ``acts`` those of the evidence ("case.accept"), both by
    code; what is missing is shown by its code.
    """

    key: str
    label: Label
    statuses: Mapping[str, Label] = field(default_factory=dict)
    actions: Mapping[str, Label] = field(default_factory=dict)
    acts: Mapping[str, Label] = field(default_factory=dict)
    notes: Mapping[str, Label] = field(default_factory=dict)
    """What the program itself writes down about them, by the text that is stored."""


class Story(Enum):
    """What the demo's tour tells, in this order."""

    MERGE = "merge"
    RETURN = "return"
    BURST = "burst"


@dataclass(frozen=True, slots=True)
class NoteRules:
    """What a store's channel takes of the seller's note: which flags, and how many characters.

    ``flags`` holds "" where a flag can be taken away again. ``is_told`` false: it stays here, with
    the flags that most platforms know.
    """

    is_told: bool = False
    flags: Sequence[str] = ("", "red", "yellow", "green", "blue", "purple")
    longest: int = 500


@dataclass(frozen=True, slots=True)
class NotePort:
    """Who tells notes on. ``rules`` gets a store's id; None if its channel is none of his."""

    key: str
    rules: Callable[[int], NoteRules | None]


@dataclass(frozen=True, slots=True)
class ProofPhotos:
    """Who took photographs that show why a return is refused: ``of_case`` gets a case's number and
    returns JPEGs, the latest first. Those that a person chose for this no go before all others,
    since some platforms take one only."""

    key: str
    of_case: Callable[[str], Sequence[bytes]]
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class RefusalChoice:
    """A reason of a platform's own for a no: ``code`` is its name for it, ``words`` what the buyer
    reads; some count only with a photograph."""

    code: str
    words: str
    needs_photo: bool = False


class RefusalQuestion(Protocol):
    """For which reasons a store's platform lets the request of this number be refused."""

    def __call__(self, store_id: int, /, *, number: str) -> Sequence[RefusalChoice]: ...


@dataclass(frozen=True, slots=True)
class RefusalList:
    """Who knows the platforms' reasons; none, where a platform takes our words alone."""

    key: str
    of_request: RefusalQuestion


@dataclass(frozen=True, slots=True)
class UnusedUploads:
    """Files that an app knows nobody will use: ``throw_away`` gets the moment (aware), deletes
    them and returns how many it deleted."""

    key: str
    throw_away: Callable[[datetime], int]


class NoAnswer(Exception):
    """Whoever was asked does not answer, or not in time."""


class RefundQuestion(Protocol):
    def __call__(
        self, store_id: int, *, numbers: Sequence[str], seconds: float
    ) -> frozenset[str] | None: ...


class Reread(Protocol):
    def __call__(self, store_id: int, *, numbers: Sequence[str], now: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class RefundAsker:
    """Who asks channels for refunds that were just opened.

    ``ask`` gets the channel's order numbers and how many seconds there are; it returns those with
    an open refund, None where nobody can be asked, and raises NoAnswer otherwise. It is called
    outside of transactions. ``reread`` has these orders' requests read anew, soon.
    """

    key: str
    ask: RefundQuestion
    reread: Reread


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step of the demo's tour: who does it where, and how to see that it happened.

    ``act`` plays the buyer's part by the simulated shop; ``is_done`` looks into the database.
    """

    key: str
    story: Story
    order: int
    text: Label
    username: str
    link: Callable[[], str]
    is_done: Callable[[], bool]
    act: Callable[[], None] | None = None
    act_label: Label = ""


@dataclass(frozen=True, slots=True)
class DemoStep:
    """A part of the demo's data. Steps run by ``order``: stock (20) comes before orders (30)."""

    key: str
    order: int
    seed: Callable[[datetime], None]


order_panels: Contributions[OrderPanel] = Contributions("order panel")
parcel_panels: Contributions[ParcelPanel] = Contributions("parcel panel")
search_providers: Contributions[SearchProvider] = Contributions("search provider")
board_counters: Contributions[BoardCounter] = Contributions("board counter")
barcode_kinds: Contributions[BarcodeKind] = Contributions("barcode kind")
waybill_forms: Contributions[WaybillForm] = Contributions("waybill form")
platform_waybills: Contributions[PlatformWaybills] = Contributions("platform waybills")
words: Contributions[Words] = Contributions("words of")
demo_steps: Contributions[DemoStep] = Contributions("demo step")
note_ports: Contributions[NotePort] = Contributions("teller of notes")
proof_photos: Contributions[ProofPhotos] = Contributions("photos of returns")
refusal_lists: Contributions[RefusalList] = Contributions("reasons to refuse")
refund_askers: Contributions[RefundAsker] = Contributions("asker for refunds")
unused_uploads: Contributions[UnusedUploads] = Contributions("sweeper of unused uploads")
tour_steps: Contributions[TourStep] = Contributions("step of the tour")


def resolve_barcode(user: User, code: str) -> list[BarcodeMatch]:
    """Ask every kind what a code stands for; more than one answer is for the person to choose."""
    trimmed = code.strip()
    if not trimmed:
        return []
    found = (kind.resolve(user, trimmed) for kind in barcode_kinds)
    return [match for match in found if match is not None]


def note_rules(store_id: int) -> NoteRules:
    """Return what the store's channel takes; where nobody tells it, a note stays here."""
    found = (port.rules(store_id) for port in note_ports)
    return next((rules for rules in found if rules is not None), NoteRules())
