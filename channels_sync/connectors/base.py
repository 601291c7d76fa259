"""What every connector can do for us, and where connectors register."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from channels_sync.dto import Problem, Unreadable
from oms.dto import IncomingOrder, IncomingRefund
from oms.integration.credentials import CredentialField
from oms.integration.registry import Registry


class MergeIdentity(StrEnum):
    """By what two orders are known to go to one person at one address."""

    PLAIN = "plain"
    """Name, phone and address are readable."""
    OAID = "oaid"
    """Taobao's identity of an address."""
    OPEN_ADDRESS = "open_address"
    """An identity of the address that the platform gives out."""
    CIPHER_INDEX = "cipher_index"
    """The search index inside the ciphertext."""
    CIPHER_TEXT = "cipher_text"
    """The ciphertext itself, where one text always gives the same one."""
    NONE = "none"
    """Nothing safe: such orders are never merged by themselves."""


class Decryption(StrEnum):
    """Who may turn a receiver's ciphertext into an address."""

    NOT_NEEDED = "not_needed"
    BY_WAYBILL = "by_waybill"
    """Only the platform's own waybill service; we never read it."""
    BY_US = "by_us"
    """We may ask, ``decryptions_a_day`` times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform offers, as data that pages, services and tests read.

    A connector names what differs from the defaults here.
    """

    sends_orders: bool
    """Orders come to us by themselves, as signed messages."""
    pulls_orders: bool
    """We may ask for orders changed since a moment."""
    takes_stock: bool
    takes_shipments: bool
    pulls_refunds: bool = False
    takes_refund_answers: bool = False
    """Our yes or no to a buyer's request can be told there."""
    takes_memos: bool = False
    merge_identity: MergeIdentity = MergeIdentity.PLAIN
    shared_tracking: bool = True
    """Several orders may carry one tracking number, as after a merge."""
    split_shipping: bool = True
    """One order may leave in several parcels."""
    cash_on_delivery: bool = False
    presale: bool = False
    chooses_carrier: bool = False
    """The platform may name the carrier an order has to go by."""
    confirms_address_change: bool = False
    """A buyer's change of address waits for our yes."""
    notifies_buyer: bool = True
    """The platform tells the buyer about the parcel, so we need not."""
    checks_refunds_live: bool = False
    """We can ask just before a parcel leaves whether a refund was opened."""
    waybill_channel: str = ""
    """The platform's own waybill service, needed where the receiver is ciphertext."""
    decryption: Decryption = Decryption.NOT_NEEDED
    decryptions_a_day: int | None = None
    needs_token: bool = False
    """The merchant says yes on the platform's page, and the token is renewed from time to time."""


class Connector(ABC):
    """One store's line to one platform. Speaks DTOs; never touches the database."""

    kind: ClassVar[str]
    label: ClassVar[str]
    """English; pages translate it."""
    capabilities: ClassVar[Capabilities]
    credential_fields: ClassVar[tuple[CredentialField, ...]] = ()
    """What a person enters to connect a store."""
    gateway: ClassVar[str] = ""
    """Where the platform is called; empty where every shop has an address of its own."""
    signature_codes: ClassVar[frozenset[str]] = frozenset()
    """Error codes that say "your signature is wrong": the key or the secret was mistyped."""
    permission_codes: ClassVar[frozenset[str]] = frozenset()
    """Error codes that say "you may not": a right has to be asked for at the platform."""
    open_keys: ClassVar[frozenset[str]]
    """Keys of a payload whose values a page may show: none of them ever holds personal data."""

    @staticmethod
    @abstractmethod
    def read_order(payload: str) -> IncomingOrder:
        """Map one order as the platform told it, without asking anybody.

        :raises Unreadable: naming the first field that cannot be understood
        """

    @staticmethod
    def read_refund(payload: str) -> IncomingRefund:
        """Map one refund request, or what became of it, as the platform told it.

        The same number each time it is told of: the core keeps one record of it, and its newest
        word counts.

        :raises Unreadable: naming the first field that cannot be understood
        """
        raise Unreadable(Problem.NOT_A_REFUND, "event")


connectors: Registry[Connector] = Registry("connector")
