"""SF Express (顺丰速运) through its open platform (丰桥)."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar
from uuid import uuid4

from oms.integration.credentials import Credentials
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.http import Http
from oms.integration.pacing import RateLimit
from oms.integration.wire import HttpRequest, HttpResponse, form_request
from warehouse.carriers.base import (
    Capabilities,
    Carrier,
    Clock,
    Undeliverable,
    carriers,
    utc_now,
)
from warehouse.carriers.sf import answers, codes, mapper, routes
from warehouse.carriers.sf.account import SfAccount
from warehouse.carriers.sf.fields import FIELDS
from warehouse.carriers.sf.signing import sign
from warehouse.dto import FilterResult, IssuedWaybill, TrackEvent, VoidResult, WaybillRequest

T = TypeVar("T")

_CREATE = "EXP_RECE_CREATE_ORDER"
_SEARCH = "EXP_RECE_SEARCH_ORDER_RESP"
_UPDATE = "EXP_RECE_UPDATE_ORDER"
_ROUTES = "EXP_RECE_SEARCH_ROUTES"
_CLOUD_PRINT = "COM_RECE_CLOUD_PRINT_WAYBILLS"


@carriers.register
class SfCarrier(Carrier):
    """One SF account (顾客编码)."""

    kind = "sf"
    label = codes.LABEL
    capabilities = Capabilities(
        cod=True,
        insurance=True,
        children=True,
        void=True,
        reuses_order_id=False,
        label_pdf=True,
        pushes_tracks=True,
        tracks_per_call=10,
    )
    credential_fields = FIELDS
    rate = RateLimit(per_second=30, burst=10)

    def __init__(self, *, credentials: Credentials, http: Http, clock: Clock = utc_now) -> None:
        super().__init__(credentials=credentials, http=http, clock=clock)
        self.account = SfAccount.of(self.credentials)

    def create_waybill(self, request: WaybillRequest) -> IssuedWaybill:
        """Get the number of a package; a repeat returns the first number, never a second one.

        SF's field table says that a repeated orderId answers with the first order, its error table
        says 8016: both end here in the same number.

        :raises Undeliverable: the order exists at SF and must be voided
        """
        message = mapper.to_create_order(request, self.account)
        try:
            waybill = self._call(_CREATE, message, answers.to_waybill)
        except IntegrationError as error:
            waybill = self._first_waybill(request.client_order_id, error)
        if waybill.filter_result is FilterResult.UNDELIVERABLE:
            raise Undeliverable(waybill)
        return waybill

    def find_waybill(self, client_order_id: str) -> IssuedWaybill | None:
        """Ask whether SF knows an order of ours, without changing anything."""
        message = mapper.to_search_order(client_order_id)
        try:
            return self._call(_SEARCH, message, answers.to_waybill, idempotent=True)
        except IntegrationError as error:
            if error.code in codes.NO_SUCH_ORDER:
                return None
            raise

    def void_waybill(self, client_order_id: str, waybill_no: str) -> VoidResult:
        """Cancel an order; its orderId can never be used again.

        :raises IntegrationError: fatal when SF refuses, for instance after collection
        """

        def read(answer: answers.Message) -> VoidResult:
            return answers.to_void_result(answer, waybill_no)

        message = mapper.to_cancel_order(client_order_id, waybill_no)
        repeated = VoidResult(
            waybill_no=waybill_no, carrier_order_id=client_order_id, repeated=True
        )
        try:
            return self._call(_UPDATE, message, read, idempotent=True)
        except IntegrationError as error:
            if error.code in codes.VOID_BEFORE:
                return repeated
            if error.code != codes.CONFIRMED_OR_CANCELLED or self.find_waybill(client_order_id):
                raise
            return repeated

    def track(self, waybill_nos: Sequence[str], *, phone_tail: str = "") -> list[TrackEvent]:
        """Fetch the events of parcels, oldest first within each call of ten numbers."""
        events: list[TrackEvent] = []
        for numbers in _chunks(waybill_nos, self.capabilities.tracks_per_call):
            message = mapper.to_search_routes(numbers, phone_tail)
            events += self._call(_ROUTES, message, routes.to_track_events, idempotent=True)
        return events

    def parse_push(self, body: bytes) -> list[TrackEvent]:
        """Read a route push or an order-state push. SF signs neither: guard the URL.

        :raises MalformedPush: in none of SF's forms
        """
        return routes.from_push(body)

    def reply_to_push(self, body: bytes, *, accepted: bool) -> str:
        """Return the answer for this form of push; not accepted makes SF push the batch again."""
        return routes.push_reply(body, accepted=accepted)

    def fetch_labels(self, waybill: IssuedWaybill) -> list[bytes]:
        """Fetch the labels that SF renders (PDF). SF keeps them for a day: store them at once.

        :raises IntegrationError: also when SF names a place that is not safe to fetch from
        """
        message = mapper.to_cloud_print(waybill, self.account)
        files = self._call(_CLOUD_PRINT, message, answers.to_label_files, idempotent=True)
        return [self._fetch(file) for file in files]

    def _first_waybill(self, client_order_id: str, error: IntegrationError) -> IssuedWaybill:
        """Look up what an earlier request, or this one, may have brought about."""
        if error.code != codes.DUPLICATE_ORDER and not error.outcome_unknown:
            raise error
        try:
            found = self.find_waybill(client_order_id)
        except IntegrationError as probe_error:
            # Nobody answered: what the first call may have done is still open.
            probe_error.outcome_unknown = True
            raise probe_error from error
        if found is not None:
            return found
        if error.outcome_unknown:
            raise error
        raise IntegrationError(
            "顺丰称订单号已使用，但查不到有效运单（可能已取消），请换新的下单序号",
            kind=ErrorKind.FATAL,
            code=error.code,
            request_id=error.request_id,
            outcome_unknown=True,
        ) from error

    def _call(
        self,
        service: str,
        message: mapper.Message,
        read: Callable[[answers.Message], T],
        *,
        idempotent: bool = False,
    ) -> T:
        text = mapper.to_text(message)

        def build() -> HttpRequest:
            return form_request(service, self._envelope(service, text))

        def understand(response: HttpResponse) -> T:
            return read(answers.open_envelope(response.json()))

        try:
            return self.http.call(build, understand, idempotent=idempotent)
        except IntegrationError as error:
            if error.kind is not ErrorKind.REFRESH_TOKEN:
                raise
        # The gateway turned the old timestamp away before any work: one replay with a new one.
        return self.http.call(build, understand, idempotent=idempotent)

    def _envelope(self, service: str, text: str) -> dict[str, str]:
        timestamp = str(int(self.clock().timestamp() * 1000))
        return {
            "partnerID": self.account.partner_id,
            "requestID": str(uuid4()),
            "serviceCode": service,
            "timestamp": timestamp,
            "msgDigest": sign(text, timestamp, self.account.checkword, mode=self.account.sign_mode),
            "msgData": text,
        }

    def _fetch(self, file: answers.LabelFile) -> bytes:
        if not answers.is_safe_label_url(file.url, self.account.base_url):
            raise IntegrationError(
                "顺丰给出的面单地址不安全，已拒绝下载", kind=ErrorKind.FATAL, code="local:label_url"
            )
        request = HttpRequest(
            operation="label_file",
            method="GET",
            path=file.url,
            headers={"X-Auth-token": file.token},
        )
        return self.http.call(request, answers.to_pdf, idempotent=True)


def _chunks(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (items[start : start + size] for start in range(0, len(items), size))
