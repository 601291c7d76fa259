"""What a channel can be told by us: parcels that left, money that goes back, answers on returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from channels_sync.connectors.lines import Line
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit
from oms.integration.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUnits:
    """Units of one line as the channel numbers it; ``amount`` is the money for them, if any."""

    channel_line_no: str
    quantity: int
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentPush:
    """One parcel, as far as it concerns one original order.

    Without ``lines`` it is a further parcel of units that were told before (part of a bundle, a
    gift of ours).
    """

    key: str
    package_no: str
    notice: ShipmentNotice
    lines: tuple[LineUnits, ...] = ()
    replaces: str = ""
    """The waybill under which the channel knows the parcel so far: it got another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPush:
    """Money to go back, in the order's currency. ``refund_no`` is our number, the same each try."""

    key: str
    channel_order_no: str
    refund_no: str
    amount: Decimal
    currency: str
    lines: tuple[LineUnits, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where the buyer sends goods back to: a warehouse of ours, so no person is named in logs."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    province: str
    city: str
    district: str
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAnswer:
    """Our yes (with the address, where goods come back) or no to a buyer's request.

    ``words`` are why not, as the buyer reads it; ``photos`` prove it: JPEG, small enough for every
    platform (120 kB), and ``photo_urls`` are where a platform that takes addresses fetches them.
    ``reason`` is the code of one of the platform's own reasons; empty leaves it to the connector.
    """

    key: str
    channel_order_no: str
    channel_refund_no: str
    case_no: str
    is_agreed: bool
    return_to: ReturnAddress | None = None
    words: str = field(default="", repr=False)
    photos: tuple[bytes, ...] = field(default=(), repr=False)
    photo_urls: tuple[str, ...] = field(default=(), repr=False)
    reason: str = ""

    def words_or(self, otherwise: str, *, most: int = 200) -> str:
        """Return what the buyer is told, not longer than the platform takes."""
        return " ".join(self.words.split())[:most] or otherwise


@dataclass(frozen=True, slots=True)
class RefusalReason:
    """A reason of the platform's own for a no; ``words`` are its own. Where a platform has reasons
    once and for all they are English, and pages translate them."""

    code: str
    words: str
    needs_photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoPush:
    """What the seller's note on an order and its colored flag are from now on; None: as it is."""

    key: str
    channel_order_no: str
    memo: str | None = field(default=None, repr=False)
    flag: str | None = None


Push = ShipmentPush | RefundPush | ReturnAnswer | MemoPush


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The channel knows. ``is_final`` false: it took it, and the end has to be looked up later.

    ``refused`` says in its words why it will not happen although it was taken.
    """

    channel_ref: str = ""
    is_final: bool = True
    refused: str = ""


_ACTS: dict[type[Push], tuple[str, str]] = {
    ShipmentPush: ("_ship", "_find_shipment"),
    ReturnAnswer: ("_answer", "_find_answer"),
    RefundPush: ("_pay", "_find_payment"),
    MemoPush: ("_note", "_find_note"),
}
"""How each thing is told, and how it is looked up whether the channel knows it."""


def _fills(cls: "type[Outbound]", name: str) -> bool:
    return getattr(cls, name) is not getattr(Outbound, name)


class Outbound(Line):
    """One store's line to one platform, outward. Speaks DTOs; never touches the database.

    A platform fills the two halves of each act that it takes; what it leaves out is refused.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    takes: ClassVar[frozenset[type[Push]]] = frozenset()
    needs_address: ClassVar[bool] = True
    """Whether the connection says where to call; without an address nothing can be told."""
    renumbers: ClassVar[bool] = False
    """Whether a parcel that was told may be told again under another waybill."""
    refusal_reasons: ClassVar[tuple[RefusalReason, ...]] = ()
    """The reasons that a platform has once and for all; others are asked for by request."""
    rate: ClassVar[RateLimit | None] = None
    memo_flags: ClassVar[tuple[str, ...]] = ()
    """Flags that a note may carry, as our mappers name them; "" where one can be taken away."""
    longest_memo: ClassVar[int] = 300
    """Characters; where a platform does not tell its limit, one that all of them take."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        """Derive what the channel takes from the acts that it fills.

        :raises TypeError: if it tells what it cannot look up again, or the reverse
        """
        super().__init_subclass__(**kwargs)
        tells = {push for push, names in _ACTS.items() if _fills(cls, names[0])}
        finds = {push for push, names in _ACTS.items() if _fills(cls, names[1])}
        if tells != finds:
            raise TypeError(f"{cls.__name__} must fill both halves of {tells ^ finds}")
        cls.takes = frozenset(tells)

    def send(self, push: Push) -> Told:
        """Tell the channel; a repeat under the same key changes nothing there.

        :raises IntegrationError: ``treat_as_done`` if it was done before
        """
        if isinstance(push, ShipmentPush) and push.replaces and not self.renumbers:
            raise not_taken(push)
        tell: Callable[[Push], Told] = getattr(self, _ACTS[type(push)][0])
        return tell(push)

    def find(self, push: Push) -> Told | None:
        """Ask whether the channel knows already, without changing anything.

        :raises IntegrationError: if it gives no answer
        """
        look: Callable[[Push], Told | None] = getattr(self, _ACTS[type(push)][1])
        return look(push)

    def _ship(self, push: ShipmentPush) -> Told:
        raise not_taken(push)

    def _find_shipment(self, push: ShipmentPush) -> Told | None:
        raise not_taken(push)

    def _answer(self, push: ReturnAnswer) -> Told:
        raise not_taken(push)

    def _find_answer(self, push: ReturnAnswer) -> Told | None:
        raise not_taken(push)

    def _pay(self, push: RefundPush) -> Told:
        raise not_taken(push)

    def _find_payment(self, push: RefundPush) -> Told | None:
        raise not_taken(push)

    def _note(self, push: MemoPush) -> Told:
        raise not_taken(push)

    def _find_note(self, push: MemoPush) -> Told | None:
        raise not_taken(push)

    def reasons_of(self, channel_refund_no: str) -> tuple[RefusalReason, ...]:
        """Ask for which reasons a request may be refused; none where our words are enough.

        :raises IntegrationError: if it gives no answer
        """
        return self.refusal_reasons

    def refunds_open(self, channel_order_nos: Sequence[str]) -> frozenset[str] | None:
        """Return which of the orders have an open refund this moment: asked before a parcel leaves.

        None where the platform has no such question; then the orders as last read decide.

        :raises IntegrationError: if it gives no answer
        """
        return None


def old_number_gone(push: ShipmentPush) -> IntegrationError:
    """Build the error for a parcel whose earlier number the platform shows no more, or whose
    number it does not let us change."""
    return IntegrationError(
        f"平台上没有可以修改的运单号 {push.replaces}，请在平台后台改为新运单号",
        kind=ErrorKind.FATAL,
        code="local:old_number",
    )


def not_taken(push: Push) -> IntegrationError:
    """Build the error for something that this channel cannot be told at all."""
    return IntegrationError(
        f"该渠道不接受此类回传（{type(push).__name__}），请在渠道后台人工处理",
        kind=ErrorKind.FATAL,
        code="local:not_taken",
    )


outbounds: Registry[Outbound] = Registry("outbound connector")
