"""Douyin shops' e-waybills (电子面单): numbers for receivers that only Doudian can read.

A number and its print document come by two calls. The document is sealed with a key of the shop's
that the print component fetches itself, by a signed call of ours that is good for five minutes: so
what the component is told is written anew for each print.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar

from django.utils.translation import gettext_noop

from channels_sync.connectors import cloud_print
from channels_sync.connectors.doudian import codes, ebills, messages
from channels_sync.connectors.doudian.api import Api, signed
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

COMPONENT = "ws://127.0.0.1:13888"
"""Where the component listens (13999 with TLS), as public clients of it have it."""


@waybill_issuers.register
class DoudianWaybills(WaybillIssuer):
    """One shop. The same order and the same number of ours bring the same waybill again."""

    kind: ClassVar[str] = codes.KIND
    label: ClassVar[str] = codes.LABEL
    channel: ClassVar[str] = codes.KIND
    carriers: ClassVar[Mapping[str, str]] = codes.CARRIERS
    rate: ClassVar[RateLimit | None] = RateLimit(per_second=5, burst=5)

    @cached_property
    def _api(self) -> Api:
        return Api(self.credentials, self.http, self.tokens, self.clock)

    def issue(self, request: PlatformWaybillRequest) -> PlatformWaybill:
        """:raises IntegrationError: in Doudian's words"""
        company = self.code_of(request.carrier)
        params = ebills.to_order(request, company)
        number = self._api.call(ebills.CREATE, params, lambda data: ebills.to_number(data, request))
        return self._told(number, self._document_or_none(company, number, request.template_url))

    def read(self, request: PlatformWaybillRequest, waybill_no: str) -> PlatformWaybill | None:
        """:raises IntegrationError: in Doudian's words"""
        company = self.code_of(request.carrier)
        document = self._document(company, waybill_no, request.template_url)
        return None if document is None else self._told(waybill_no, document)

    def void(self, *, carrier: str, waybill_no: str) -> None:
        """:raises IntegrationError: fatal, where it was collected already"""
        params = {"logistics_code": self.code_of(carrier), "track_no": waybill_no}
        try:
            self._api.call(ebills.CANCEL, params, ebills.check_cancelled)
        except IntegrationError as error:
            is_gone = any(said in error.message for said in messages.EBILL_GONE)
            if error.kind is not ErrorKind.FATAL or not is_gone:
                raise

    def branches(self, carrier: str) -> Sequence[WaybillBranch]:
        """:raises IntegrationError: in Doudian's words"""
        ours = {code: name for name, code in self.carriers.items()}
        params = {"logistics_code": self.code_of(carrier)}
        return self._api.ask(ebills.SITES, params, lambda data: [*ebills.to_branches(data, ours)])

    def templates(self, carrier: str) -> Sequence[WaybillTemplate]:
        """:raises IntegrationError: in Doudian's words"""
        company = self.code_of(carrier)
        params = {"logistics_code": company}
        return self._api.ask(
            ebills.TEMPLATES, params, lambda data: ebills.to_templates(data, company)
        )

    def print_job(self, waybill: PlatformWaybill, *, task_no: str) -> PrintJob:
        """:raises IntegrationError: reauthorize, if the shop has no token"""
        message = cloud_print.print_message(
            waybill.print_data,
            task_no=task_no,
            waybill_no=waybill.waybill_no,
            params=self._key_call(),
        )
        return PrintJob(
            component=gettext_noop("Douyin shop print component"),
            url=COMPONENT,
            message=message,
            key=task_no,
        )

    def _key_call(self) -> str:
        """Write the call by which the component fetches the shop's key, signed by us."""
        request = signed(
            self.http,
            self.credentials,
            ebills.SHOP_KEY,
            {},
            self.clock,
            token=self.tokens.current(),
        )
        told = {**request.params, "param_json": "{}"}
        return "&".join(f"{name}={value}" for name, value in told.items())

    def _document_or_none(self, company: str, number: str, template_url: str) -> str:
        """A number without its document is good all the same: it is fetched when it is printed."""
        try:
            return self._document(company, number, template_url) or ""
        except IntegrationError:
            return ""

    def _document(self, company: str, number: str, template_url: str) -> str | None:
        params = {"waybill_applies": [{"logistics_code": company, "track_no": number}]}
        return self._api.ask(
            ebills.PRINT,
            params,
            lambda data: ebills.to_document(data, number, template_url=template_url),
        )

    def _told(self, number: str, document: str) -> PlatformWaybill:
        return PlatformWaybill(waybill_no=number, issuer=self.kind, print_data=document)
