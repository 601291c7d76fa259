"""Who gives a waybill its number: the carrier by an account of ours, or the store's platform."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from oms.dto import PlatformWaybill, PlatformWaybillRequest
from oms.integration.credentials import BadCredentials
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.registry import UnknownKind
from oms.refusals import Refusal
from oms.registries import PlatformWaybillLine, PlatformWaybills, platform_waybills
from warehouse.carriers.base import Carrier
from warehouse.dto import FilterResult, IssuedWaybill
from warehouse.models import CarrierAccount, Waybill
from warehouse.services.waybills import platform_requests, requests
from warehouse.services.waybills.accounts import connect


class Issuer(Protocol):
    """One open line for one waybill; every method may raise IntegrationError."""

    def create(self, waybill: Waybill) -> IssuedWaybill: ...

    def find(self, waybill: Waybill) -> IssuedWaybill | None: ...

    def void(self, waybill: Waybill, waybill_no: str) -> None: ...


@contextmanager
def open_issuer(waybill: Waybill) -> Iterator[Issuer]:
    """Open the line to whoever issues, or issued, a waybill.

    :raises IntegrationError: also when the account itself is not set up
    """
    reference = waybill.shipment.package_no
    if waybill.account.issuer == CarrierAccount.Issuer.PLATFORM:
        with open_platform(waybill.account, reference=reference) as line:
            yield _Platform(line)
        return
    try:
        carrier = connect(waybill.account, reference=reference)
    except (BadCredentials, UnknownKind) as error:
        raise _not_set_up(str(error)) from error
    with carrier.http:
        yield _Carrier(carrier)


@contextmanager
def open_platform(account: CarrierAccount, *, reference: str) -> Iterator[PlatformWaybillLine]:
    """Open the line to the waybill service of the account's store.

    :raises IntegrationError: if the store has none (any more)
    """
    service = service_for(account.store_id)
    if service is None or account.store_id is None:
        raise _not_set_up("店铺没有连接，或其平台没有可用的电子面单服务")
    with service.open(account.store_id, reference=reference) as line:
        yield line


def service_for(store_id: int | None) -> PlatformWaybills | None:
    """Return the waybill service of a store's platform, if we speak one."""
    if store_id is None:
        return None
    return next((each for each in platform_waybills if each.carriers(store_id)), None)


class _Carrier:
    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def create(self, waybill: Waybill) -> IssuedWaybill:
        return self._carrier.create_waybill(requests.build(waybill))

    def find(self, waybill: Waybill) -> IssuedWaybill | None:
        return self._carrier.find_waybill(waybill.client_order_id)

    def void(self, waybill: Waybill, waybill_no: str) -> None:
        self._carrier.void_waybill(waybill.client_order_id, waybill_no)


class _Platform:
    def __init__(self, line: PlatformWaybillLine) -> None:
        self._line = line

    def create(self, waybill: Waybill) -> IssuedWaybill:
        return _issued(waybill, self._line.issue(_request(waybill)))

    def find(self, waybill: Waybill) -> IssuedWaybill | None:
        found = self._line.find(_request(waybill))
        return _issued(waybill, found) if found else None

    def void(self, waybill: Waybill, waybill_no: str) -> None:
        self._line.void(carrier=waybill.account.carrier, waybill_no=waybill_no)


def _request(waybill: Waybill) -> PlatformWaybillRequest:
    try:
        return platform_requests.build(waybill)
    except Refusal as refusal:
        raise IntegrationError(
            str(refusal), kind=ErrorKind.FATAL, code="local:request"
        ) from refusal


def _issued(waybill: Waybill, told: PlatformWaybill) -> IssuedWaybill:
    return IssuedWaybill(
        waybill_no=told.waybill_no,
        carrier_order_id=waybill.client_order_id,
        filter_result=FilterResult.DELIVERABLE,
        platform=told.issuer,
        print_data=told.print_data,
    )


def _not_set_up(words: str) -> IntegrationError:
    return IntegrationError(words, kind=ErrorKind.REAUTHORIZE, code="local:account")
