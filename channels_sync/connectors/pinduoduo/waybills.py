"""Pinduoduo's own waybill service."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors import cloud_print
from channels_sync.connectors.pinduoduo import codes
from channels_sync.connectors.pinduoduo import waybill_words as words
from channels_sync.connectors.pinduoduo.api import Api
from channels_sync.connectors.waybills import WaybillIssuer, waybill_issuers, whole
from oms.dto import (
    PlatformWaybill,
    PlatformWaybillRequest,
    PrintJob,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import IntegrationError
from oms.integration.pacing import RateLimit

GET, CANCEL = "pdd.waybill.get", "pdd.waybill.cancel"
QUERY, SEARCH = "pdd.waybill.query.by.waybillcode", "pdd.waybill.search"
TEMPLATES = "pdd.cloudprint.stdtemplates.get"


@waybill_issuers.register
class PinduoduoWaybills(WaybillIssuer):
    """One shop's subscriptions."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    channel: ClassVar[str] = "pinduoduo"
    carriers: ClassVar[Mapping[str, str]] = words.COMPANIES
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, clock=self.clock)

    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill:
        """:raises IntegrationError: in Pinduoduo's words; fatal, if the ciphertext was blanked"""
        company = self.code_of(request.carrier)
        whole(request.receiver)
        params = words.to_get(request, company=company, user_id=self.shop_id)
        return self._api.call(GET, params, words.to_issued, tokens=self.tokens)

    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None:
        """:raises IntegrationError: if there is no answer"""
        params = words.to_query(self.code_of(request.carrier), waybill_no)
        try:
            return self._api.ask(QUERY, params, words.to_found, tokens=self.tokens)
        except IntegrationError as error:
            if error.code not in words.VOIDED_BEFORE:
                raise
            return None

    def void(self, *, carrier: str, waybill_no: str) -> None:
        """:raises IntegrationError: in Pinduoduo's words"""
        params = {"wp_code": self.code_of(carrier), "waybill_code": waybill_no}
        try:
            self._api.call(CANCEL, params, words.check_void, tokens=self.tokens)
        except IntegrationError as error:
            if error.code not in words.VOIDED_BEFORE:
                raise

    def branches(self, carrier: str) -> Sequence[WaybillBranch]:
        """:raises IntegrationError: if there is no answer"""
        company = self.code_of(carrier)
        return self._api.ask(
            SEARCH,
            {"wp_code": company},
            lambda answer: words.to_branches(answer, carrier=carrier, company=company),
            tokens=self.tokens,
        )

    def templates(self, carrier: str) -> Sequence[WaybillTemplate]:
        """:raises IntegrationError: if there is no answer"""
        company = self.code_of(carrier)
        return self._api.ask(
            TEMPLATES,
            {"wp_code": company},
            lambda answer: words.to_templates(answer, company=company),
            tokens=self.tokens,
        )

    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob:
        """Address Pinduoduo's component, which speaks Cainiao's dialect."""
        message = cloud_print.print_message(
            waybill.print_data, task_no=task_no, waybill_no=waybill.waybill_no
        )
        return PrintJob(
            component=gettext_noop("Pinduoduo print component"),
            url="ws://127.0.0.1:5000",
            message=message,
            key=task_no,
        )
