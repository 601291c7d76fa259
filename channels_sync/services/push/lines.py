"""A store's line outward: whether there is one, and opening it for a row of jobs."""

from types import TracebackType
from typing import Self

from django.utils.translation import gettext_lazy as _

from channels_sync.connectors.lines import utc_now
from channels_sync.connectors.outbound import MemoPush, Outbound, Push
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.models import StoreConnection
from channels_sync.services.calls import CallWriter, gateway_of, open_http
from channels_sync.services.tokens import token_source
from oms.integration.http import Timeouts
from oms.refusals import Refusal
from oms.registries import NoteRules

_TIMEOUTS = Timeouts(connect=5, read=10, total=20)


class NoLine(Refusal):
    message = _(
        "This store's channel cannot be told by us. Do it there by hand, then note it here."
    )


def takes(connection: StoreConnection | None, *, push: type[Push]) -> bool:
    """Tell whether a channel can be told such a thing; a paused line still takes it, later."""
    if connection is None or connection.kind not in outbounds:
        return False
    outbound = outbounds.get(connection.kind)
    address = connection.base_url or gateway_of(connection.kind)
    is_known_where = bool(address) or not outbound.needs_address
    return push in outbound.takes and is_known_where


def note_rules(store_id: int) -> NoteRules | None:
    """Tell what a store's channel takes of a seller's note; None if it takes none."""
    found = StoreConnection.objects.filter(store=store_id).first()
    if found is None or not takes(found, push=MemoPush):
        return None
    outbound = outbounds.get(found.kind)
    return NoteRules(True, outbound.memo_flags, outbound.longest_memo)


class Line:
    """One store's line, opened at the first use and closed at the end.

    One ``Http`` for all its jobs: its rate limit and its connections are those of the account.
    """

    def __init__(self, store_id: int) -> None:
        self.log = CallWriter(store_id)
        self._outbound: Outbound | None = None

    def open(self, *, push: type[Push], reference: str) -> Outbound:
        """Return the connector, its calls from now on noted under ``reference``.

        :raises NoLine: if the channel cannot be told such a thing (any more)
        """
        self.log.reference = reference
        if self._outbound is None or push not in self._outbound.takes:
            self._outbound = self._connect(push)
        return self._outbound

    def _connect(self, push: type[Push]) -> Outbound:
        found = StoreConnection.objects.filter(store=self.log.store_id, is_active=True).first()
        if found is None or not takes(found, push=push):
            raise NoLine
        outbound = outbounds.get(found.kind)
        http = open_http(found, log=self.log, rate=outbound.rate, timeouts=_TIMEOUTS)
        tokens = token_source(found, http=http, clock=utc_now)
        return outbound(credentials=found.credentials, http=http, tokens=tokens)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._outbound is not None:
            self._outbound.http.close()
