"""Do what a scan asks for, once; write down what was scanned and what was answered."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from oms import bulk
from oms.access.checks import NotAllowed, require, scope
from oms.models import User, Warehouse
from oms.models.locking import atomic_service
from oms.privacy.filters import redact
from oms.refusals import Refusal
from oms.services.fulfillment.stations import DocumentStopped
from oms.statements import Template
from warehouse.models import ScanLog
from warehouse.services import handing_over, putting_back, recalling
from warehouse.services.barcodes import Scan, read
from warehouse.services.last_look import look
from warehouse.services.outcome import Outcome, Tone
from warehouse.services.packing import check, parcels
from warehouse.services.picking import pick, stopping
from warehouse.services.picking.booking import TakenBack
from warehouse.services.receiving import dock
from warehouse.services.scanning.values import Answer, ScanRequest

Result = ScanLog.Result
_KEY = "any key"


class KeyReused(Refusal):
    message = _("This scan's key belongs to another scan already.")


class UnknownStation(Refusal):
    message = _("There is no such station: %(station)s.")


class UnknownCode(Refusal):
    message = _("Unknown code: %(code)s.")


def scan(request: ScanRequest, *, actor: User, now: datetime) -> Answer:
    """Answer a scan; the same key again gets the same answer and does nothing.

    :raises KeyReused: if the key belongs to another scan or another person
    """
    known = _replay(request, actor=actor)
    if known is not None:
        return known
    found = _read(request, actor)
    try:
        look(request.station, warehouse_id=request.warehouse_id, scan=found, actor=actor, now=now)
        return _perform(request, found, actor=actor, now=now)
    except Refusal as refusal:
        return _refuse(request, refusal, actor=actor, now=now)
    except IntegrityError:
        # The same scan came twice at the same moment: the other one did it.
        known = _replay(request, actor=actor)
        if known is None:
            raise
        return known


def _replay(request: ScanRequest, *, actor: User) -> Answer | None:
    found = _kept().rows({_KEY: request.idem_key})
    if not found:
        return None
    [(digest, user_id, answer)] = found
    if digest != request.digest or user_id != actor.pk:
        raise KeyReused
    return Answer(**(json.loads(answer) if isinstance(answer, str) else answer))


@cache
def _kept() -> Template:
    rows = ScanLog.objects.order_by().filter(idem_key=_KEY)
    return Template.of(rows.values_list("digest", "user_id", "answer"))


@atomic_service
def _perform(request: ScanRequest, found: Scan, *, actor: User, now: datetime) -> Answer:
    station = STATIONS.get(request.station)
    if station is None:
        raise UnknownStation(station=request.station[:16])
    warehouse_id = _known_warehouse(request, actor)
    if warehouse_id is None:
        raise NotAllowed(permission=request.station)
    outcome = station(request, found, actor, now)
    answer = Answer(
        result=Result.ACCEPTED.value,
        code=outcome.code,
        tone=outcome.tone.value,
        kind=found.kind,
        facts=dict(outcome.facts),
        follow=dict(outcome.follow),
        shown=outcome.shown,
    )
    _log(request, found, answer, warehouse_id=warehouse_id, actor=actor, now=now)
    return answer


def _known_warehouse(request: ScanRequest, actor: User) -> int | None:
    """Return the warehouse if there is such a one: somebody who picks in it need not ask."""
    place = request.warehouse_id
    if place in scope(actor).warehouses("pick") or Warehouse.objects.filter(pk=place).exists():
        return place
    return None


def _refuse(request: ScanRequest, refusal: Refusal, *, actor: User, now: datetime) -> Answer:
    if isinstance(refusal, DocumentStopped) and request.station == "pick":
        stopping.note_stop(request.task_id, actor=actor, now=now)
    if isinstance(refusal, TakenBack):
        recalling.take_back([refusal.fulfillment_id], now=now)
    found = _read(request, actor)
    answer = Answer(
        result=Result.REFUSED.value,
        code=type(refusal).__name__,
        tone="refused",
        kind=found.kind,
        message=str(refusal),
        is_forbidden=isinstance(refusal, NotAllowed),
    )
    try:
        _log_alone(request, found, answer, actor=actor, now=now)
    except IntegrityError:
        return _replay(request, actor=actor) or answer
    return answer


@atomic_service
def _log_alone(
    request: ScanRequest, found: Scan, answer: Answer, *, actor: User, now: datetime
) -> None:
    warehouse_id = _known_warehouse(request, actor)
    _log(request, found, answer, warehouse_id=warehouse_id, actor=actor, now=now)


def _read(request: ScanRequest, actor: User) -> Scan:
    return read(
        request.code,
        user=actor,
        warehouse_id=request.warehouse_id,
        quantity=request.quantity,
    )


def _log(
    request: ScanRequest,
    found: Scan,
    answer: Answer,
    *,
    warehouse_id: int | None,
    actor: User,
    now: datetime,
) -> None:
    row = ScanLog(
        idem_key=request.idem_key,
        digest=request.digest,
        user_id=actor.pk,
        warehouse_id=warehouse_id,
        station=request.station[:16],
        device=request.device[:64],
        context=request.context,
        code=found.code if found.kind else redact(found.code)[:128],
        kind=found.kind,
        result=answer.result,
        message=(answer.message or answer.code)[:300],
        answer=answer.kept(),
        client_at=request.client_at,
        server_at=now,
    )
    bulk.insert_one(row)


def _pick(request: ScanRequest, found: Scan, actor: User, now: datetime) -> Outcome:
    task_id = request.task_id
    return pick.pick(request.warehouse_id, task_id=task_id, scan=found, actor=actor, now=now)


def _pack(request: ScanRequest, found: Scan, actor: User, now: datetime) -> Outcome:
    return check.pack(request.warehouse_id, scan=found, actor=actor, now=now)


def _label(request: ScanRequest, found: Scan, actor: User, now: datetime) -> Outcome:
    return parcels.choose_parcel(request.warehouse_id, scan=found, actor=actor, now=now)


def _hand_over(request: ScanRequest, found: Scan, actor: User, now: datetime) -> Outcome:
    return handing_over.at_dock(request.warehouse_id, scan=found, actor=actor, now=now)


def _put_back(request: ScanRequest, found: Scan, actor: User, now: datetime) -> Outcome:
    return putting_back.put_back(request.warehouse_id, scan=found, actor=actor, now=now)


def _receive(request: ScanRequest, found: Scan, actor: User, now: datetime) -> Outcome:
    return dock.take_scan(request.warehouse_id, scan=found, actor=actor, now=now)


def _find(request: ScanRequest, found: Scan, actor: User, _now: datetime) -> Outcome:
    """Say what a code is: the first page takes anything."""
    warehouse = Warehouse.objects.get(pk=request.warehouse_id)
    require(actor, "view_fulfillment", warehouse)
    if not found.matches:
        raise UnknownCode(code=redact(found.code)[:40])
    first = found.matches[0]
    return Outcome("found", {"kind": first.kind, "text": first.text}, tone=Tone.INFO)


_Station = Callable[[ScanRequest, Scan, User, datetime], Outcome]
STATIONS: dict[str, _Station] = {
    "pick": _pick,
    "pack": _pack,
    "label": _label,
    "hand_over": _hand_over,
    "receive": _receive,
    "put_back": _put_back,
    "find": _find,
}
