"""What every carrier can do for us, and where carriers register."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

from oms.integration.credentials import CredentialField, Credentials, complete
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http, Log, Timeouts, Transport
from oms.integration.pacing import RateLimit, RetryPolicy
from oms.integration.registry import Registry
from warehouse.dto import IssuedWaybill, TrackEvent, VoidResult, WaybillRequest

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Read the machine's clock; tests put another in its place."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a carrier offers, as data that pages, routing and tests read."""

    cod: bool
    insurance: bool
    children: bool
    """Several parcels under one mother number."""
    void: bool
    reuses_order_id: bool
    """Whether a voided client order id may be used again."""
    label_pdf: bool
    """Whether the carrier renders the label for us."""
    pushes_tracks: bool
    tracks_per_call: int


class Undeliverable(IntegrationError):
    """The carrier took the order but does not deliver there: void ``waybill``, then reroute."""

    def __init__(self, waybill: IssuedWaybill) -> None:
        super().__init__(
            f"快递公司不派送该地址：{waybill.reason or '未说明原因'}",
            kind=ErrorKind.FATAL,
            code="undeliverable",
        )
        self.waybill = waybill


class Carrier(ABC):
    """One account at one carrier. Speaks DTOs; never touches the database.

    Every method may raise IntegrationError. Where its ``outcome_unknown`` is set, calling the same
    method again with the same arguments is safe and finds out.
    """

    kind: ClassVar[str]
    label: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    credential_fields: ClassVar[tuple[CredentialField, ...]]
    rate: ClassVar[RateLimit | None] = None

    def __init__(self, *, credentials: Credentials, http: Http, clock: Clock = utc_now) -> None:
        self.credentials = complete(credentials, self.credential_fields)
        self.http = http
        self.clock = clock

    @classmethod
    def connect(
        cls,
        credentials: Credentials,
        *,
        log: Log,
        timeouts: Timeouts = Timeouts(),  # noqa: B008 - frozen
        retry: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen
        transport: Transport | None = None,
    ) -> Self:
        """Open a line to this account; every call on it is written to ``log``.

        Where a person waits at a packing station, pass short timeouts and ``pacing.ONCE``.

        :raises BadCredentials: naming what is missing
        """
        full = complete(credentials, cls.credential_fields)
        http = Http(
            kind=cls.kind,
            base_url=full["base_url"],
            log=log,
            rate=cls.rate,
            timeouts=timeouts,
            retry=retry,
            transport=transport,
        )
        return cls(credentials=full, http=http)

    @abstractmethod
    def create_waybill(self, request: WaybillRequest) -> IssuedWaybill:
        """Get the number of a package; a repeat returns the first number, never a second one.

        :raises Undeliverable: the order exists at the carrier and must be voided
        """

    @abstractmethod
    def find_waybill(self, client_order_id: str) -> IssuedWaybill | None:
        """Ask whether the carrier knows an order of ours, without changing anything."""

    @abstractmethod
    def void_waybill(self, client_order_id: str, waybill_no: str) -> VoidResult:
        """Cancel a waybill at the account that issued it; a repeat is harmless.

        :raises IntegrationError: fatal when the carrier refuses, in its words
        """

    @abstractmethod
    def track(self, waybill_nos: Sequence[str], *, phone_tail: str = "") -> list[TrackEvent]:
        """Fetch the events of parcels, oldest first; an unknown number simply has none.

        ``phone_tail`` is the last 4 digits of a party's phone, for numbers of other accounts.
        """

    @abstractmethod
    def parse_push(self, body: bytes) -> list[TrackEvent]:
        """Read what the carrier pushed to us.

        :raises MalformedPush: not in the carrier's format
        """

    @abstractmethod
    def reply_to_push(self, body: bytes, *, accepted: bool) -> str:
        """Return the answer the carrier expects; not accepted makes it push the batch again."""

    def fetch_labels(self, waybill: IssuedWaybill) -> list[bytes]:
        """Fetch the labels as the carrier renders them: PDF files, mother first.

        :raises NotImplementedError: see ``capabilities.label_pdf``
        """
        raise NotImplementedError(f"{self.label} renders no labels")


carriers: Registry[Carrier] = Registry("carrier")
