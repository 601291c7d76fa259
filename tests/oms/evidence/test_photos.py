"""A kept photograph made small enough to be handed on."""

from io import BytesIO
from random import Random

import pytest
from PIL import Image

from oms.evidence.photos import NotAPhoto, shrink


def noisy(side: int) -> bytes:
    """Return a JPEG that does not compress well."""
    out = BytesIO()
    Image.frombytes("RGB", (side, side), Random(1).randbytes(side * side * 3)).save(out, "JPEG")
    return out.getvalue()


def test_photo_is_made_as_small_as_asked_and_stays_one() -> None:
    large = noisy(700)
    small = shrink(large, most=60_000)
    assert len(small) <= 60_000 < len(large)
    assert Image.open(BytesIO(small)).format == "JPEG"


@pytest.mark.parametrize("content", [noisy(300), b"no photo", b""])
def test_what_cannot_be_made_so_small_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        shrink(content, most=100)
