"""The business timeline: the one writer of ``TimelineEntry``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from oms import bulk
from oms.audit.context import acting
from oms.models import TimelineEntry, User


@dataclass(frozen=True, slots=True)
class Move:
    """One row's change of status; ``entered_at`` is when it had come into ``from_status``."""

    subject_id: int
    from_status: str
    to_status: str
    entered_at: datetime | None


def record(
    subject: str,
    subject_id: int,
    action: str,
    *,
    at: datetime,
    actor: User | None = None,
    note: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Record an act that changes no status (a memo, a hold, a printed list)."""
    entry = TimelineEntry(
        subject=subject,
        subject_id=subject_id,
        action=action,
        actor=actor,
        note=note,
        detail=dict(detail or {}),
        correlation_id=acting().correlation_id,
        at=at,
    )
    entry.save(force_insert=True)


def record_created(
    subject: str,
    ids: Iterable[int],
    to_status: str,
    *,
    at: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    """Record that rows came into being in a status: the entry of their first station."""
    moves = (Move(pk, "", to_status, None) for pk in ids)
    record_moves(subject, "create", moves, at=at, actor=actor, note=note)


def record_moves(
    subject: str,
    action: str,
    moves: Iterable[Move],
    *,
    at: datetime,
    actor: User | None = None,
    note: str = "",
) -> None:
    correlation_id = acting().correlation_id
    bulk.append(
        [
            TimelineEntry(
                subject=subject,
                subject_id=move.subject_id,
                action=action,
                from_status=move.from_status,
                to_status=move.to_status,
                actor=actor,
                note=note,
                correlation_id=correlation_id,
                entered_at=move.entered_at,
                at=at,
            )
            for move in moves
        ]
    )
