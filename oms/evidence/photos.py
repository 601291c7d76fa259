"""Photographs: looked at before they are decoded, decoded, and encoded anew from their pixels.

What a telephone writes beside the picture (where, when, whose) never reaches the disk. Limits as in
the design: 10 MB and 25 million pixels, which every telephone's default stays below.
"""

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from oms.refusals import Refusal

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 25_000_000
MAX_SIDE = 2400
"""Longest side of what is kept, in pixels: enough to read a serial number."""

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_SIDES = (MAX_SIDE, 1600, 1200, 900, 600, 400, 240)


class NotAPhoto(Refusal):
    message = _("“%(name)s” is not a photo that can be read (JPEG, PNG or WebP).")


class PhotoTooLarge(Refusal):
    message = _("“%(name)s” is too large: 10 MB and 25 megapixels at most.")


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


def shrink(content: bytes, *, most: int) -> bytes:
    """Return a kept photograph as a JPEG of at most ``most`` bytes, as large as that allows.

    :raises NotAPhoto: if it is none, or cannot be made so small
    """
    try:
        image = _decode(BytesIO(content), name="")
        for side in _SIDES:
            image.thumbnail((side, side))
            small = _encode(image).content
            if len(small) <= most:
                return small
    except (OSError, ValueError, Image.DecompressionBombError):
        raise NotAPhoto(name="") from None
    raise NotAPhoto(name="")


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
