"""Photographs with which whoever decides proves a no: kept with the case, shown to the platform."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from aftersales.models import AfterSalesCase, Evidence
from aftersales.services import approval
from aftersales.services.cases import lock_open_case
from aftersales.services.photos import build_photo
from oms.access.checks import NotAllowed
from oms.evidence.append import append
from oms.evidence.photos import CleanPhoto, clean
from oms.models import User
from oms.models.locking import atomic_service
from oms.refusals import Refusal

MOST = 4
"""Douyin takes four of a refusal (afterSale/operate), which is the most of any platform."""


class EnoughProof(Refusal):
    message = _("%(most)d photos with a no are enough.")


def keep(case_id: int, *, uploads: Iterable[Any], actor: User, now: datetime) -> None:
    """Keep the uploaded files with a case before it is refused.

    They stay if the no then fails for something else, so that nobody has to choose them again.

    :raises NoQuestion, NotAllowed: if this person's vote does not count now
    :raises NotAPhoto, PhotoTooLarge, EnoughProof: the first refusal; what else is good is kept
    """
    _check(AfterSalesCase.objects.get(pk=case_id), actor=actor, now=now)
    refused: list[Refusal] = []
    for upload in uploads:
        try:
            # Decoded before anything is locked: a large picture takes its time.
            photo = clean(upload.file, name=upload.name or "", size=upload.size or 0)
            _keep_one(case_id, photo=photo, actor=actor, now=now)
        except EnoughProof as full:
            refused.append(full)
            break
        except Refusal as refusal:
            refused.append(refusal)
    if refused:
        raise refused[0]


@atomic_service
def _keep_one(case_id: int, *, photo: CleanPhoto, actor: User, now: datetime) -> None:
    case = lock_open_case(case_id)
    _check(case, actor=actor, now=now)
    kept = case.photos.exclude(uploaded_by=None)
    if kept.filter(sha256=photo.sha256).exists():
        return
    if kept.count() >= MOST:
        raise EnoughProof(most=MOST)
    row = build_photo(photo, now=now)
    row.case, row.uploaded_by = case, actor
    row.save()
    append("case.photo", case.case_no, at=now, actor=actor, facts={"sha256": photo.sha256})


def _check(case: AfterSalesCase, *, actor: User, now: datetime) -> None:
    step = approval.open_step(case)
    if step is None:
        raise approval.NoQuestion
    if not approval.may_decide(case, user=actor, now=now):
        raise NotAllowed(permission=step.permission)


def of_case(case_no: str) -> list[bytes]:
    """Return the JPEGs that prove a no, those of the last attempt first, in the order chosen; one
    whose file is gone is left out."""
    rows = Evidence.objects.filter(case__case_no=case_no, uploaded_by__isnull=False)
    found: list[bytes] = []
    for row in rows.order_by("-uploaded_at", "pk")[:MOST]:
        with suppress(FileNotFoundError):
            found.append(_read(row))
    return found


def _read(row: Evidence) -> bytes:
    with row.file.open("rb") as file:
        content: bytes = file.read()
    return content
