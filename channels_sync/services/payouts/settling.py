"""Explain a difference, compare again, put a name under a statement."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from channels_sync.models import PayoutFinding, PayoutStatement
from channels_sync.services.payouts import anew
from channels_sync.services.payouts.rights import require_act
from channels_sync.services.payouts.running import drop_file
from oms.evidence.append import append
from oms.models import Job, Store, User
from oms.models.locking import atomic_service, lock_row, lock_rows
from oms.refusals import Refusal
from oms.services.slices import UNFINISHED

State = PayoutFinding.State


class StatementSigned(Refusal):
    message = _("This statement is signed and stays as it is.")


class NotCompared(Refusal):
    message = _("This statement has not been compared to its end.")


class PayoutsStillOpen(Refusal):
    message = _("%(n)d differences are open. Explain them, or mend the record and compare again.")


class RowsNotRead(Refusal):
    message = _("%(n)d rows of this statement could not be read: it proves nothing for them.")


class StillRunning(Refusal):
    message = _("This statement is being read.")


class ToldByAnother(Refusal):
    message = _("A later statement (%(label)s) tells the same entries. Discard that one first.")


class SignedUpon(Refusal):
    message = _("%(label)s was signed with these entries in view, and stays as it is.")


class NoReason(Refusal):
    message = _("Say why this is right.")


def findings_of(statement: PayoutStatement) -> QuerySet[PayoutFinding]:
    """Return the differences on the days of a statement, whichever of the store's found them."""
    if statement.first_day is None or statement.last_day is None:
        return PayoutFinding.objects.none()
    days = (statement.first_day, statement.last_day)
    return PayoutFinding.objects.filter(store=statement.store_id, day__range=days)


@atomic_service
def explain(ids: Sequence[int], *, note: str, actor: User, now: datetime) -> int:
    """Settle open differences with one reason and return how many were; each stays settled while
    its sides look the same.

    :raises NotAllowed: if the person may not work on the payouts of one of their stores
    :raises NoReason: if the reason is empty
    """
    if not note.strip():
        raise NoReason
    rows = [row for row in lock_rows(PayoutFinding, ids) if row.state == State.OPEN]
    for store in Store.objects.filter(pk__in={row.store_id for row in rows}):
        require_act(actor, store=store)
    for row in rows:
        row.state, row.note = State.EXPLAINED, note.strip()[:200]
        row.settled_by, row.settled_at = actor, now
    PayoutFinding.objects.bulk_update(rows, ["state", "note", "settled_by", "settled_at"])
    return len(rows)


@atomic_service
def compare_again(statement_id: int, *, actor: User, now: datetime) -> None:
    """Compare a statement once more with the record as it is now; its entries are kept.

    :raises NotAllowed: if the person may not work on the store's payouts
    :raises StatementSigned: if somebody put his name under it
    :raises NotCompared: if its first comparison is still running, or it could not be read
    """
    statement = lock_row(PayoutStatement, statement_id)
    require_act(actor, store=statement.store)
    if statement.signed_at is not None:
        raise StatementSigned
    job = lock_row(Job, statement.job_id)
    if statement.compared_at is None or job.state in UNFINISHED:
        raise NotCompared
    anew.compare(statement, job=job, now=now)


@atomic_service
def sign(statement_id: int, *, actor: User, now: datetime) -> None:
    """Put a name under a statement that was read to its end and on which nothing is open.

    :raises NotAllowed: if the person may not work on the store's payouts
    :raises StatementSigned: if somebody did already
    :raises NotCompared: if it was not compared to its end
    :raises RowsNotRead: if rows of it could not be read
    :raises PayoutsStillOpen: naming how many differences are
    """
    statement = lock_row(PayoutStatement, statement_id)
    require_act(actor, store=statement.store)
    if statement.signed_at is not None:
        raise StatementSigned
    if statement.compared_at is None:
        raise NotCompared
    if statement.faulty:
        raise RowsNotRead(n=statement.faulty)
    waiting = findings_of(statement).filter(state=State.OPEN).count()
    if waiting:
        raise PayoutsStillOpen(n=waiting)
    statement.signed_by, statement.signed_at = actor, now
    statement.save(update_fields=["signed_by", "signed_at"])
    facts = {
        "file": statement.digest,
        "days": f"{statement.first_day}..{statement.last_day}",
        "sums": statement.result.get("sums", {}),
    }
    what = f"store:{statement.store_id}:statement:{statement.pk}"
    append("payouts.sign", what, at=now, actor=actor, facts=facts)


@atomic_service
def discard(statement_id: int, *, actor: User, now: datetime) -> None:
    """Delete a statement that was read wrongly, with what it told and what was found by it, so that
    its file can be brought again. What is not signed is compared again without it.

    :raises NotAllowed: if the person may not work on the store's payouts
    :raises StatementSigned: if somebody put his name under it
    :raises StillRunning: if it is being read or compared
    :raises ToldByAnother: if a later one relies on entries that this one told first
    :raises SignedUpon: if somebody put his name under another that was compared with these entries
    """
    statement = lock_row(PayoutStatement, statement_id)
    require_act(actor, store=statement.store)
    job = lock_row(Job, statement.job_id)
    if statement.signed_at is not None:
        raise StatementSigned
    if statement.options and job.state in UNFINISHED:
        raise StillRunning
    later = _relying_on(statement)
    if later is not None:
        raise ToldByAnother(label=later.label)
    signed = anew.signed_upon(statement)
    if signed is not None:
        raise SignedUpon(label=signed.label)
    what = f"store:{statement.store_id}:statement:{statement.pk}"
    facts = {"file": statement.digest, "entries": statement.entries}
    append("payouts.discard", what, at=now, actor=actor, facts=facts)
    statement.findings.all().delete()
    statement.rows.all().delete()
    statement.delete()
    drop_file(job)
    job.delete()
    anew.compare_others(statement.store_id, now=now)


def _relying_on(statement: PayoutStatement) -> PayoutStatement | None:
    """Return one of the same days that was read later, some of whose entries were known by then."""
    if statement.first_day is None:
        return None
    others = PayoutStatement.objects.exclude(pk=statement.pk)
    return others.filter(
        store=statement.store_id,
        job__started_at__gte=statement.job.started_at,
        known__gt=0,
        first_day__lte=statement.last_day,
        last_day__gte=statement.first_day,
    ).first()
