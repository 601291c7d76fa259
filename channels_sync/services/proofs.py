"""Photographs that prove a refusal, where a platform fetches them: signed addresses of a few days.

Nobody can guess one, nothing lists them, and what stands behind one is a case's photograph from
the dock or from whoever said no, without what the telephone wrote beside it.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from oms.evidence.photos import NotAPhoto, shrink
from oms.registries import proof_photos

LARGEST = 120_000
"""Bytes: Taobao takes 130,000 (taobao.refund.refuse), and no platform of ours takes less."""
_VALID = timedelta(days=3)
_SIGNER = Signer(salt="channels.proof")


class NoSuchPhoto(LookupError):
    """The address is not one of ours, has run out, or the photograph is gone."""


def of_case(case_no: str) -> tuple[bytes, ...]:
    """Return photographs that prove a no, those chosen for it first.

    One that cannot be made small enough is left out.
    """
    small: list[bytes] = []
    for photo in _all(case_no):
        with suppress(NotAPhoto):
            small.append(shrink(photo, most=LARGEST))
    return tuple(small)


def addresses(case_no: str, *, count: int, now: datetime) -> tuple[str, ...]:
    """Return where the first photographs of a case can be fetched for the next days."""
    until = int((now + _VALID).timestamp())
    tokens = (_SIGNER.sign_object([case_no, at, until]) for at in range(count))
    paths = (reverse("channel_proof", args=[token]) for token in tokens)
    return tuple(f"{settings.BASE_URL.rstrip('/')}{path}" for path in paths)


def photo(token: str, *, now: datetime) -> bytes:
    """Return the JPEG behind an address.

    :raises NoSuchPhoto: missing, altered and run out look the same
    """
    try:
        case_no, at, until = _SIGNER.unsign_object(token)
    except (BadSignature, ValueError):
        raise NoSuchPhoto from None
    photos = of_case(case_no) if now.timestamp() < until else ()
    if at >= len(photos):
        raise NoSuchPhoto
    found: bytes = photos[at]
    return found


def _all(case_no: str) -> Sequence[bytes]:
    takers = sorted(proof_photos, key=lambda taker: not taker.is_chosen)
    return [photo for taker in takers for photo in taker.of_case(case_no)]
