"""Photos of the parcel in hand: of its label, its goods, what is broken."""

from contextlib import suppress
from datetime import datetime
from typing import IO

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from oms.access.checks import require, scope
from oms.evidence.append import append
from oms.evidence.photos import CleanPhoto, clean
from oms.models import User, Warehouse
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal
from warehouse.models import ReturnCheck, ReturnPhoto
from warehouse.services.receiving.desk import PERMISSION, counted, current
from warehouse.services.receiving.opening import ScanParcelFirst

MOST = 12
_PROOFS = 3


class EnoughPhotos(Refusal):
    message = _("%(most)d photos of one parcel are enough.")


def keep(
    warehouse_id: int, *, file: IO[bytes], size: int, actor: User, now: datetime
) -> ReturnPhoto:
    """Keep a photo with the parcel in hand, and with the goods that were scanned last.

    :raises NotAllowed: if the person may not receive returns in the warehouse
    :raises ScanParcelFirst: if there is none
    :raises NotAPhoto, PhotoTooLarge: if it cannot be read
    :raises EnoughPhotos: if there are too many
    """
    require(actor, PERMISSION, Warehouse.objects.get(pk=warehouse_id))
    # Decoded before anything is locked: a large picture takes its time.
    picture = clean(file, size=size)
    return _keep(warehouse_id, picture=picture, actor=actor, now=now)


@atomic_service
def _keep(warehouse_id: int, *, picture: CleanPhoto, actor: User, now: datetime) -> ReturnPhoto:
    mine = current(actor, warehouse_id=warehouse_id)
    if mine is None:
        raise ScanParcelFirst
    check = lock_row(ReturnCheck, mine.pk)
    known = ReturnPhoto.objects.filter(check_row=check, sha256=picture.sha256).first()
    if known is not None:
        return known
    if check.photos.count() >= MOST:
        raise EnoughPhotos(most=MOST)
    rows = counted(check)
    photo = ReturnPhoto(
        check_row=check,
        sku=rows[0].sku if rows else None,
        sha256=picture.sha256,
        taken_by=actor,
        taken_at=now,
    )
    photo.file.save("photo.jpg", ContentFile(picture.content), save=False)
    photo.save()
    facts = {"sha256": picture.sha256, "check": check.pk}
    append("return.photo", check.waybill_no or str(check.pk), at=now, actor=actor, facts=facts)
    return photo


def of_case(case_no: str) -> list[bytes]:
    """Return what was photographed of a case's parcel at the dock, the latest first; a photograph
    whose file is gone is left out."""
    taken = ReturnPhoto.objects.filter(check_row__returns__case_no=case_no).order_by("-pk")
    found: list[bytes] = []
    for photo in taken.distinct()[:_PROOFS]:
        with suppress(FileNotFoundError):
            found.append(_read(photo))
    return found


def _read(photo: ReturnPhoto) -> bytes:
    with photo.file.open("rb") as file:
        content: bytes = file.read()
    return content


def visible(user: User, *, photo_id: int) -> ReturnPhoto:
    """Return a photo of a place in which the person receives returns or looks at goods.

    :raises ReturnPhoto.DoesNotExist: missing and forbidden look the same
    """
    rights = scope(user)
    places = rights.ids(PERMISSION) | rights.ids("inspect_returns")
    return ReturnPhoto.objects.get(pk=photo_id, check_row__warehouse__in=places)
