"""Who is acting now, from where, and under which correlation id."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from auditlog.cid import correlation_id as auditlog_cid
from auditlog.context import set_extra_data

from oms.models import User


@dataclass(frozen=True, slots=True)
class Acting:
    """``user`` is None for the system itself."""

    user: User | None = None
    remote_addr: str | None = None
    correlation_id: str = ""
    reason: str = ""


_NOBODY = Acting()
_acting: ContextVar[Acting] = ContextVar("acting", default=_NOBODY)


def acting() -> Acting:
    return _acting.get()


def new_correlation_id() -> str:
    return secrets.token_hex(8)


@contextmanager
def acting_as(
    user: User | None,
    *,
    remote_addr: str | None = None,
    correlation_id: str = "",
    reason: str = "",
) -> Iterator[Acting]:
    """Everything recorded inside names this person and shares one correlation id.

    Used once, at the top of a request or a task: the inner of two would hide the outer.
    """
    now_acting = Acting(user, remote_addr, correlation_id or new_correlation_id(), reason)
    token = _acting.set(now_acting)
    cid_token = auditlog_cid.set(now_acting.correlation_id)
    extra = {"actor": user, "remote_addr": remote_addr, "reason": reason}
    try:
        with set_extra_data(context_data=extra):
            yield now_acting
    finally:
        auditlog_cid.reset(cid_token)
        _acting.reset(token)
