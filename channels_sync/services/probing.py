"""Find out whether a store's line works, without changing anything over there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from channels_sync.connectors import messages
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.outbound import ShipmentPush
from channels_sync.connectors.pulling_installed import pullers
from channels_sync.models import StoreConnection
from channels_sync.services.connecting import RIGHT
from channels_sync.services.pull.lines import open_puller
from channels_sync.services.push.lines import Line, NoLine
from oms.access.checks import require
from oms.dto import ShipmentNotice
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import User

_WINDOW = timedelta(minutes=5)
_NOTHING = "connection-check-0"
_NOBODY_THERE = frozenset({"local:address", "malformed", "http:404"})
"""A web page instead of an answer, or nothing at this address: somebody else lives there."""


class Aspect(StrEnum):
    """Where the trouble lies; ``WORKS`` if there is none."""

    WORKS = "works"
    NETWORK = "network"
    SIGNATURE = "signature"
    TOKEN = "token"  # noqa: S105 - the name of an aspect, no secret
    PERMISSION = "permission"
    CLOCK = "clock"
    BUSY = "busy"
    OTHER = "other"
    LISTENS_ONLY = "listens_only"


ADVICE: dict[Aspect, str | Promise] = {
    Aspect.WORKS: _("The platform answers. The connection works."),
    Aspect.NETWORK: _("There is no answer. Check the address, and whether this server reaches it."),
    Aspect.SIGNATURE: _("The platform does not accept our signature. Enter key and secret anew."),
    Aspect.TOKEN: _("The authorization is missing or over. Authorize the shop once more."),
    Aspect.PERMISSION: _("The app may not do this. Ask the platform for the right."),
    Aspect.CLOCK: _(
        "This server's clock is off. Set it by the time of the network, then try again."
    ),
    Aspect.BUSY: _("The platform is busy just now. Try again in a minute."),
    Aspect.OTHER: _("The platform refuses. Its words tell why."),
    Aspect.LISTENS_ONLY: _("This line only listens. Send a message from the shop to test it."),
}


_WORDS = {
    Aspect.CLOCK: messages.WRONG_CLOCK,
    Aspect.PERMISSION: messages.NO_PERMISSION,
    Aspect.SIGNATURE: messages.WRONG_SIGNATURE,
}
_BY_KIND = {
    ErrorKind.REAUTHORIZE: Aspect.TOKEN,
    ErrorKind.REFRESH_TOKEN: Aspect.TOKEN,
    ErrorKind.THROTTLE: Aspect.BUSY,
    ErrorKind.RETRY: Aspect.BUSY,
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """``said`` are the other side's words, if there are any."""

    aspect: Aspect
    said: str = ""

    @property
    def advice(self) -> str:
        return str(ADVICE[self.aspect])


def probe(connection_id: int, *, actor: User, now: datetime) -> Diagnosis:
    """Ask for the orders of the last five minutes, or for a parcel that does not exist.

    :raises NotAllowed: if the person may not set the store up
    """
    row = StoreConnection.objects.select_related("store").get(pk=connection_id)
    require(actor, RIGHT, row.store)
    try:
        if row.kind in pullers:
            with open_puller(row, reference="test") as puller:
                puller.fetch_orders(since=now - _WINDOW, until=now, cursor=None)
        else:
            _ask_for_nothing(row, now=now)
    except NoLine:
        return Diagnosis(Aspect.LISTENS_ONLY)
    except IntegrationError as error:
        return Diagnosis(_aspect(row.kind, error), str(error))
    return Diagnosis(Aspect.WORKS)


def _ask_for_nothing(row: StoreConnection, *, now: datetime) -> None:
    notice = ShipmentNotice(
        channel_order_no=_NOTHING, carrier="", waybill_no=_NOTHING, shipped_at=now
    )
    push = ShipmentPush(key=_NOTHING, package_no=_NOTHING, notice=notice)
    with Line(row.store_id) as line:
        line.open(push=ShipmentPush, reference="test").find(push)


def _aspect(kind: str, error: IntegrationError) -> Aspect:
    """Codes first. Of the words only a refusal's count, and only where no code says it: platforms
    tell some of them by words alone."""
    connector = connectors.get(kind)
    if error.code in connector.signature_codes:
        return Aspect.SIGNATURE
    if error.code in connector.permission_codes:
        return Aspect.PERMISSION
    if error.code.startswith("net:") or error.code in _NOBODY_THERE:
        return Aspect.NETWORK
    said = f"{error.code} {error.message}".lower()
    for aspect, words in _WORDS.items():
        if error.kind is not ErrorKind.THROTTLE and any(word in said for word in words):
            return aspect
    return _BY_KIND.get(error.kind, Aspect.OTHER)
