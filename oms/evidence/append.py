"""Append to the evidence: in the same transaction as the act, or the act did not happen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from oms.audit.context import acting
from oms.models import EvidenceEntry, User


class EvidenceOutsideTransaction(RuntimeError):
    """Evidence that could outlive a rolled-back act: a programming error."""


def append(
    kind: str,
    subject: str,
    *,
    at: datetime,
    actor: User | None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write one entry. ``facts`` are numbers, codes and digests, never personal data.

    :raises EvidenceOutsideTransaction: if no transaction is open
    """
    if not transaction.get_connection().in_atomic_block:
        raise EvidenceOutsideTransaction(kind)
    context = acting()
    EvidenceEntry.objects.create(
        kind=kind,
        subject=subject,
        facts=dict(facts or {}),
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else "",
        remote_addr=context.remote_addr,
        correlation_id=context.correlation_id,
        at=at,
    )
