"""The photographs of a form, and later of its case; six at most."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from aftersales.models import AfterSalesCase, CaseLink, Evidence
from oms.evidence.photos import MAX_BYTES, CleanPhoto, NotAPhoto, PhotoTooLarge, clean
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal

__all__ = [
    "MAX_BYTES",
    "MAX_PHOTOS",
    "NotAPhoto",
    "PhotoTooLarge",
    "TooManyPhotos",
    "attach",
    "build_photo",
    "clean",
    "drop_abandoned",
    "keep",
]

MAX_PHOTOS = 6
_MIME = "image/jpeg"


class TooManyPhotos(Refusal):
    message = _("Six photos at most.")


def keep(link: CaseLink, *, uploads: Iterable[Any], now: datetime) -> list[Refusal]:
    """Keep the uploaded files of a form that need not be complete yet; return what was refused.

    So that nobody has to choose six photos again because a box was left empty.
    """
    refused: list[Refusal] = []
    for upload in uploads:
        try:
            photo = clean(upload.file, name=upload.name or "", size=upload.size or 0)
            _keep_one(link.pk, photo=photo, now=now)
        except Refusal as refusal:
            refused.append(refusal)
    return refused


@atomic_service
def _keep_one(link_id: int, *, photo: CleanPhoto, now: datetime) -> None:
    link = lock_row(CaseLink, link_id)
    kept = Evidence.objects.filter(link=link)
    if kept.filter(sha256=photo.sha256).exists():
        return
    if kept.count() >= MAX_PHOTOS:
        raise TooManyPhotos
    row = build_photo(photo, now=now)
    row.link = link
    row.save()


def build_photo(photo: CleanPhoto, *, now: datetime) -> Evidence:
    """Return the row of a photograph, its file written; the caller says whose it is and saves."""
    row = Evidence(
        sha256=photo.sha256,
        size=len(photo.content),
        mime=_MIME,
        width=photo.width,
        height=photo.height,
        uploaded_at=now,
    )
    row.file.save("photo.jpg", ContentFile(photo.content), save=False)
    return row


def attach(case: AfterSalesCase, *, link: CaseLink) -> int:
    """Give a link's photos to its case, for good; mark those that another case had before."""
    photos = list(Evidence.objects.filter(link=link, case=None).order_by("pk"))
    for photo in photos:
        same = Evidence.objects.filter(sha256=photo.sha256, case__isnull=False).exclude(case=case)
        photo.case = case
        photo.seen_in_id = same.order_by("pk").values_list("case_id", flat=True).first()
        photo.save(update_fields=["case", "seen_in"])
    return len(photos)


def drop_abandoned(*, before: datetime) -> int:
    """Remove photos of forms that were never sent; return how many."""
    abandoned = list(Evidence.objects.filter(case=None, uploaded_at__lt=before)[:500])
    for photo in abandoned:
        photo.file.delete(save=False)
        photo.delete()
    return len(abandoned)
