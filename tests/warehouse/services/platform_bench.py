"""A platform's waybill service that remembers, as the warehouse sees it: no HTTP, no connection."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from oms.dto import (
    PlatformWaybill,
    PlatformWaybillRequest,
    PrintJob,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Shipment
from oms.registries import PlatformWaybillLine, PlatformWaybills, platform_waybills
from tests.factories.warehouse import Floor
from warehouse.models import CarrierAccount

KEY = "bench"
COMPONENT = "ws://127.0.0.1:9"
BRANCH = WaybillBranch(
    carrier="zto",
    branch_code="57101",
    branch_name="西湖网点",
    balance=12,
    province="浙江省",
    city="杭州市",
    district="西湖区",
    street="文一路9号",
)


@dataclass
class Desk:
    """One number per ``request_no``; ``trouble`` is raised by the next calls, one each."""

    numbers: dict[str, str] = field(default_factory=dict)
    requests: list[PlatformWaybillRequest] = field(default_factory=list)
    voided: list[str] = field(default_factory=list)
    trouble: list[IntegrationError] = field(default_factory=list)
    offered: list[WaybillBranch] = field(default_factory=lambda: [BRANCH])
    stores: set[int] = field(default_factory=set)

    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill:
        self.requests.append(request)
        fresh = f"7550000000{len(self.numbers):04d}"
        if not self.trouble or self.trouble[0].outcome_unknown:
            self.numbers.setdefault(request.request_no, fresh)
        self._stumble()
        return self._told(self.numbers[request.request_no])

    def find(self, request: PlatformWaybillRequest) -> PlatformWaybill | None:
        self._stumble()
        number = self.numbers.get(request.request_no)
        return self._told(number) if number else None

    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None:
        self._stumble()
        return self._told(waybill_no) if waybill_no in self.numbers.values() else None

    def void(self, *, carrier: str, waybill_no: str) -> None:
        self._stumble()
        self.voided.append(waybill_no)

    def branches(self, carrier: str) -> Sequence[WaybillBranch]:
        self._stumble()
        return [each for each in self.offered if each.carrier == carrier]

    def templates(self, carrier: str) -> Sequence[WaybillTemplate]:
        return [WaybillTemplate(name="100×150", url="https://example.com/t/1")]

    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob:
        return PrintJob(
            component="Bench printer",
            url=COMPONENT,
            message=f"{task_no}: {waybill.print_data}",
            key=task_no,
        )

    @contextmanager
    def open(self, store_id: int, *, reference: str) -> Iterator[PlatformWaybillLine]:
        yield self

    def _stumble(self) -> None:
        if self.trouble:
            raise self.trouble.pop(0)

    @staticmethod
    def _told(number: str) -> PlatformWaybill:
        return PlatformWaybill(waybill_no=number, issuer=KEY, print_data=f"sealed {number}")


@contextmanager
def served(desk: Desk) -> Iterator[Desk]:
    """Register a service for the stores that the desk names."""
    carriers: Callable[[int], frozenset[str]] = lambda store: frozenset(  # noqa: E731
        {"zto"} if store in desk.stores else ()
    )
    platform_waybills.register(PlatformWaybills(KEY, carriers, desk.open))
    try:
        yield desk
    finally:
        platform_waybills.unregister(KEY)


def account_of(floor: Floor, desk: Desk, **changed: object) -> CarrierAccount:
    desk.stores.add(floor.store.pk)
    account: CarrierAccount = CarrierAccount.objects.create(
        **{
            "name": "平台面单",
            "carrier": "zto",
            "issuer": CarrierAccount.Issuer.PLATFORM,
            "store": floor.store,
            "branch_code": BRANCH.branch_code,
            **changed,
        }
    )
    return account


def hide_receiver(shipment: Shipment) -> None:
    """Make the receiver what a platform tells, and leave the carrier open."""
    shipment.fulfillment.carrier = ""
    shipment.fulfillment.save()
    receiver = shipment.fulfillment.receiver
    assert receiver is not None
    receiver.kind, receiver.platform_ref = "cipher", "identity-1"
    receiver.name, receiver.phone, receiver.street = "", "", ""
    receiver.platform_cipher = {"name": "~n~", "phone": "~p~", "street": "~s~"}
    receiver.save()


def refusal(words: str = "余额不足") -> IntegrationError:
    return IntegrationError(words, kind=ErrorKind.FATAL, code="balance")


def silence() -> IntegrationError:
    return IntegrationError("no answer", kind=ErrorKind.RETRY, outcome_unknown=True)
