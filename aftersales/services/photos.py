"""Photographs: looked at before they are decoded, decoded, and encoded anew from their pixels.

What a telephone writes beside the picture (where, when, whose) never reaches the disk. Limits as in
the design: 6 photos, 10 MB each, 25 million pixels, which every telephone's default stays below.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import IO, Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from aftersales.models import AfterSalesCase, CaseLink, Evidence
from oms.models.locking import atomic_service, lock_row
from oms.refusals import Refusal

MAX_PHOTOS = 6
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_SIDE = 2400
"""Longest side of what is kept, in pixels: enough to read a serial number."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_MIME = "image/jpeg"


class NotAPhoto(Refusal):
    message = _("“%(name)s” is not a photo that can be read (JPEG, PNG or WebP).")


class PhotoTooLarge(Refusal):
    message = _("“%(name)s” is too large: 10 MB and 25 megapixels at most.")


class TooManyPhotos(Refusal):
    message = _("Six photos at most.")


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A JPEG made of pixels alone; ``sha256`` is that of ``content``."""

    content: bytes
    width: int
    height: int
    sha256: str


def clean(file: IO[bytes], *, name: str = "", size: int = 0) -> CleanPhoto:
    """Return the photograph anew: upright, at most ``MAX_SIDE`` long, without what came with it.

    :raises PhotoTooLarge: judged by its head alone, before a pixel is decoded
    :raises NotAPhoto: whatever the name says, if the content is none
    """
    if size > MAX_BYTES:
        raise PhotoTooLarge(name=name[:60])
    try:
        return _encode(_decode(file, name=name))
    except Image.DecompressionBombError:
        raise PhotoTooLarge(name=name[:60]) from None
    except (Refusal, MemoryError):
        raise
    except Exception:  # noqa: BLE001  # whatever a decoder makes of hostile bytes, it is no photo
        raise NotAPhoto(name=name[:60]) from None


def _decode(file: IO[bytes], *, name: str) -> Image.Image:
    image = Image.open(file, formats=_FORMATS)
    if image.width * image.height > MAX_PIXELS:
        raise PhotoTooLarge(name=name[:60])
    # A JPEG decodes straight to a half or a quarter: less memory for the same result.
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))
    image.load()
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MAX_SIDE, MAX_SIDE))
    return upright


def _encode(image: Image.Image) -> CleanPhoto:
    canvas = Image.new("RGB", image.size, "white")
    solid = (
        image.convert("RGBA") if "A" in image.getbands() or "transparency" in image.info else None
    )
    canvas.paste(solid or image.convert("RGB"), mask=solid)
    out = BytesIO()
    canvas.save(out, "JPEG", quality=_QUALITY)
    content = out.getvalue()
    sha256 = hashlib.sha256(content).hexdigest()
    return CleanPhoto(content, canvas.width, canvas.height, sha256)


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
    row = Evidence(
        link=link,
        sha256=photo.sha256,
        size=len(photo.content),
        mime=_MIME,
        width=photo.width,
        height=photo.height,
        uploaded_at=now,
    )
    row.file.save("photo.jpg", ContentFile(photo.content), save=False)
    row.save()


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
