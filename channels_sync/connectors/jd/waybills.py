"""JD's boundless e-waybills (无界电子面单): numbers for receivers that only JD can read."""

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors import cloud_print
from channels_sync.connectors.jd import codes, ebills, merchant
from channels_sync.connectors.jd.api import Api
from channels_sync.connectors.jd.envelope import Answer, open_printing, open_result
from channels_sync.connectors.waybills import WaybillIssuer, waybill_issuers
from oms.dto import (
    PlatformWaybill,
    PlatformWaybillRequest,
    PrintJob,
    WaybillBranch,
    WaybillTemplate,
)
from oms.integration.errors import ErrorKind, IntegrationError
from oms.integration.pacing import RateLimit

COMPONENT = "ws://127.0.0.1:9113"
"""Where JD's cloud print client listens, as public clients of it have it."""


@waybill_issuers.register
class JdWaybills(WaybillIssuer):
    """One shop. Asked again under the same ``vendorOrderCode``, JD gives the same number or, where
    it does not (no document says), one that the caller uses or voids; unused ones JD takes back."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    channel: ClassVar[str] = codes.KIND
    carriers: ClassVar[Mapping[str, str]] = ebills.COMPANIES
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, tokens=self.tokens, clock=self.clock)

    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill:
        """:raises IntegrationError: in JD's words"""
        company = self.code_of(request.carrier)
        content = ebills.to_content(request, company, self._vender)
        number = self._api.call(ebills.RECEIVE, content, ebills.to_number, opens=open_result)
        return self._told(number, self._document_or_none(request, company, number))

    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None:
        """:raises IntegrationError: in JD's words"""
        document = self._document(request, self.code_of(request.carrier), waybill_no)
        return None if document is None else self._told(waybill_no, document)

    def void(self, *, carrier: str, waybill_no: str) -> None:
        """:raises IntegrationError: fatal, where it was collected already"""
        params = {"providerCode": self.code_of(carrier), "waybillCode": waybill_no}
        try:
            self._api.call(ebills.UNBIND, params, _nothing, opens=open_result)
        except IntegrationError as error:
            is_gone = any(said in error.message for said in codes.WAYBILL_GONE)
            if error.kind is not ErrorKind.FATAL or not is_gone:
                raise

    def branches(self, carrier: str) -> Sequence[WaybillBranch]:
        """:raises IntegrationError: in JD's words"""
        company = self.code_of(carrier)

        def read(result: Answer) -> list[WaybillBranch]:
            return [*ebills.to_branches(result, company, carrier)]

        params = {"venderCode": self._vender}
        return self._api.ask(ebills.SIGNED, params, read, opens=open_result)

    def templates(self, carrier: str) -> Sequence[WaybillTemplate]:
        """:raises IntegrationError: in JD's words"""
        company = self.code_of(carrier)
        params = {"param1": {"cpCode": company}}
        return self._api.ask(
            ebills.TEMPLATES,
            params,
            lambda told: ebills.to_templates(told, company),
            opens=open_printing,
        )

    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob:
        """Write what the print client is told; an empty ``printName`` is its own choice."""
        content = {"documentID": waybill.waybill_no, **cloud_print.document_of(waybill.print_data)}
        told = {
            "key": task_no,
            "version": "2",
            "orderType": "PRINT",
            "parameters": {"printName": "", "contents": [content]},
        }
        return PrintJob(
            component=gettext_noop("JD print component"),
            url=COMPONENT,
            message=json.dumps(told, ensure_ascii=False),
            key=task_no,
        )

    @cached_property
    def _vender(self) -> str:
        """JD's number of the merchant, which no token tells; asked once."""
        return merchant.number(self._api)

    def _document_or_none(self, request: PlatformWaybillRequest, company: str, number: str) -> str:
        """A number without its document is good all the same: it is fetched when it is printed."""
        try:
            return self._document(request, company, number) or ""
        except IntegrationError:
            return ""

    def _document(self, request: PlatformWaybillRequest, company: str, number: str) -> str | None:
        question = ebills.to_print_question(request, company, number, self._vender)
        return self._api.ask(
            ebills.PRINT_DATA,
            question,
            lambda told: ebills.to_document(told, number, template_url=request.template_url),
            opens=open_printing,
        )

    def _told(self, number: str, document: str) -> PlatformWaybill:
        return PlatformWaybill(waybill_no=number, issuer=self.kind, print_data=document)


def _nothing(_result: Answer) -> None:
    """The envelope has read the verdict."""
