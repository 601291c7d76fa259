"""Platforms' own waybill services (电子面单): numbers for receivers that only they can read."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from channels_sync.connectors.lines import Line
from oms.dto import (
    CipherReceiver,
    PlainReceiver,
    PlatformWaybill,
    PlatformWaybillRequest,
    PrintJob,
    Receiver,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit
from oms.integration.registry import Registry


class WaybillIssuer(Line, ABC):
    """One store's line to its platform's waybill service. Speaks values; never the database.

    Every method may raise IntegrationError in the platform's words: ``outcome_unknown`` where the
    number may have come about all the same.
    """

    kind: ClassVar[str]
    """The platform's, as that of its connector."""
    label: ClassVar[str]
    """English; pages translate it."""
    channel: ClassVar[str]
    """The service's name in the connector's capabilities."""
    carriers: ClassVar[Mapping[str, str]]
    """Companies that the service issues for: our codes, and its own."""
    rate: ClassVar[RateLimit | None] = None

    @abstractmethod
    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill:
        """Get a parcel's number; a repeat under its ``request_no`` returns the first number."""

    def find(self, request: PlatformWaybillRequest) -> PlatformWaybill | None:
        """Return what an earlier call for this request brought; None if nothing is there.

        Where the platform cannot be asked by our number alone, the same request is said again: it
        returns the first number, or a new one that the caller then uses or voids.
        """
        return self.issue(request)

    @abstractmethod
    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None:
        """Fetch the print document of a request's number again; None if the service knows no such
        number now."""

    @abstractmethod
    def void(self, *, carrier: str, waybill_no: str) -> None:
        """Give a number back; a repeat is harmless.

        :raises IntegrationError: fatal where it was collected already, in the platform's words
        """

    @abstractmethod
    def branches(self, carrier: str) -> Sequence[WaybillBranch]:
        """List the shop's subscriptions with a company: branch, balance, sender's address."""

    @abstractmethod
    def templates(self, carrier: str) -> Sequence[WaybillTemplate]:
        """List the labels that the platform has for a company."""

    @abstractmethod
    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob:
        """Write what its print component is told; ``task_no`` is another for each print.

        Nobody is called. Where the component calls the platform itself, by a call that we sign,
        that is signed here: it would be too old in a document that is kept.
        """

    def code_of(self, carrier: str) -> str:
        """Return the service's code of a company.

        :raises IntegrationError: fatal, if it issues nothing for it
        """
        if carrier not in self.carriers:
            raise IntegrationError(
                f"该平台的电子面单不支持这家快递公司（{carrier}）",
                kind=ErrorKind.FATAL,
                code="local:carrier",
            )
        return self.carriers[carrier]


def whole(receiver: Receiver) -> tuple[str, str, str]:
    """Return name, phone and street as the platform told them: ciphertext stays ciphertext.

    :raises IntegrationError: fatal, if the platform has blanked it meanwhile
    """
    match receiver:
        case PlainReceiver():
            return receiver.name, receiver.phone, receiver.street
        case CipherReceiver():
            told = receiver.name_cipher, receiver.phone_cipher, receiver.street_cipher
            if all(told):
                return told
    raise IntegrationError(
        "平台没有给出收件人密文（或已清空），无法取电子面单，请重新拉取订单",
        kind=ErrorKind.FATAL,
        code="local:no_cipher",
    )


waybill_issuers: Registry[WaybillIssuer] = Registry("waybill service")
