"""Cainiao, Taobao's waybill service, through TOP."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors import cloud_print
from channels_sync.connectors.taobao import codes
from channels_sync.connectors.taobao import waybill_words as words
from channels_sync.connectors.taobao.api import Api
from channels_sync.connectors.waybills import WaybillIssuer, waybill_issuers
from oms.dto import (
    PlatformWaybill,
    PlatformWaybillRequest,
    PrintJob,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import IntegrationError
from oms.integration.pacing import RateLimit

GET, CANCEL = "cainiao.waybill.ii.get", "cainiao.waybill.ii.cancel"
QUERY, SEARCH = "cainiao.waybill.ii.query.by.waybillcode", "cainiao.waybill.ii.search"
TEMPLATES = "cainiao.cloudprint.stdtemplates.get"


@waybill_issuers.register
class CainiaoWaybills(WaybillIssuer):
    """One shop's subscriptions.

    Cainiao can be asked by its own number and by the trade's, of which there may be several: so to
    find one, the same request is said again.
    """

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    channel: ClassVar[str] = "cainiao"
    carriers: ClassVar[Mapping[str, str]] = words.COMPANIES
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill:
        """:raises IntegrationError: in Cainiao's words"""
        company = self.code_of(request.carrier)
        params = words.to_get(request, company=company, user_id=self.shop_id)
        return self._api.call(GET, params, words.to_issued)

    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None:
        """:raises IntegrationError: if there is no answer"""
        params = words.to_query(self.code_of(request.carrier), waybill_no)
        return self._api.ask(QUERY, params, words.to_found)

    def void(self, *, carrier: str, waybill_no: str) -> None:
        """:raises IntegrationError: in Cainiao's words"""
        params = {"cp_code": self.code_of(carrier), "waybill_code": waybill_no}
        try:
            self._api.call(CANCEL, params, words.check_void)
        except IntegrationError as error:
            if not words.is_voided_before(error):
                raise

    def branches(self, carrier: str) -> Sequence[WaybillBranch]:
        """:raises IntegrationError: if there is no answer"""
        company = self.code_of(carrier)
        return self._api.ask(
            SEARCH,
            {"cp_code": company},
            lambda answer: words.to_branches(answer, carrier=carrier, company=company),
        )

    def templates(self, carrier: str) -> Sequence[WaybillTemplate]:
        """:raises IntegrationError: if there is no answer"""
        company = self.code_of(carrier)
        return self._api.ask(
            TEMPLATES, {}, lambda answer: words.to_templates(answer, company=company)
        )

    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob:
        """Address Cainiao's component; behind HTTPS browsers let pages speak to this machine."""
        message = cloud_print.print_message(
            waybill.print_data, task_no=task_no, waybill_no=waybill.waybill_no
        )
        return PrintJob(
            component=gettext_noop("Cainiao print component"),
            url="ws://localhost:13528",
            message=message,
            key=task_no,
        )
