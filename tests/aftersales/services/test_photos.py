"""Uploads: only pixels reach the disk, judged before they are decoded, the same one noticed."""

import hashlib
import struct
import zlib
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image
from pytest_django import Settings

from aftersales.models import CaseLink, Evidence, Reason
from aftersales.services import photos
from aftersales.services.housekeeping import tidy
from aftersales.services.links import make_form_link
from aftersales.services.photos import NotAPhoto, PhotoTooLarge, TooManyPhotos, clean
from tests.aftersales import acts
from tests.factories.aftersales import open_case, photo, service_person, shipped_order

GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def upload(content: bytes, name: str = "photo.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_what_a_telephone_wrote_beside_the_picture_is_gone() -> None:
    exif = Image.Exif()
    exif[MAKE] = "Telephone of Chen"
    exif.get_ifd(GPS)[2] = (30.0, 15.0, 0.0)
    sent = photo(exif=exif)
    assert b"Telephone of Chen" in sent
    assert opened(sent).getexif().get_ifd(GPS)
    kept = clean(BytesIO(sent)).content
    assert b"Telephone" not in kept
    assert b"Exif" not in kept
    assert not opened(kept).getexif()


def test_comments_and_profiles_are_gone() -> None:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", comment=b"at home", icc_profile=b"x" * 128)
    kept = clean(BytesIO(out.getvalue())).content
    assert b"at home" not in kept
    assert set(opened(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    found = clean(BytesIO(photo(size=(40, 20), exif=exif)))
    assert (found.width, found.height) == (20, 40)


def test_large_picture_is_made_smaller() -> None:
    found = clean(BytesIO(photo(size=(4000, 3000))))
    assert (found.width, found.height) == (2400, 1800)


def test_digest_is_that_of_the_kept_file() -> None:
    found = clean(BytesIO(photo()))
    assert found.sha256 == hashlib.sha256(found.content).hexdigest()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_every_accepted_form_becomes_a_jpeg(form: str) -> None:
    assert opened(clean(BytesIO(photo(form=form))).content).format == "JPEG"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "CMYK"])
def test_other_color_models_are_understood(mode: str) -> None:
    out = BytesIO()
    Image.new(mode, (8, 8)).save(out, "TIFF" if mode == "CMYK" else "PNG")
    if mode == "CMYK":
        out = BytesIO()
        Image.new(mode, (8, 8)).save(out, "JPEG")
    assert clean(BytesIO(out.getvalue())).width == 8


def test_transparency_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(clean(BytesIO(out.getvalue())).content).getpixel((4, 4)) == (255, 255, 255)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        SVG,
        b"<html><body>hello</body></html>",
        b"%PDF-1.7\n",
        b"GIF89a" + bytes(100),
        photo(form="BMP"),
        photo(form="TIFF"),
        photo()[:200],
        b"\x89PNG\r\n\x1a\n" + bytes(64),
    ],
    ids=["empty", "text", "svg", "html", "pdf", "gif", "bmp", "tiff", "cut", "png-head"],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        clean(BytesIO(content), name="photo.jpg")


def test_photo_with_a_wrong_name_is_judged_by_its_content() -> None:
    assert clean(BytesIO(photo(form="PNG")), name="virus.exe").width == 640


def test_bomb_is_refused_by_its_head() -> None:
    bomb = _png_head(20_000, 20_000)
    assert len(bomb) < 1000
    with pytest.raises(PhotoTooLarge):
        clean(BytesIO(bomb), name="bomb.png")


def test_more_than_the_allowed_pixels_are_refused_before_decoding() -> None:
    with pytest.raises(PhotoTooLarge):
        clean(BytesIO(_png_head(5001, 5000)))


def test_file_above_the_allowed_size_is_not_even_opened() -> None:
    with pytest.raises(PhotoTooLarge):
        clean(BytesIO(b""), size=photos.MAX_BYTES + 1)


def _png_head(width: int, height: int) -> bytes:
    """Write a PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(300))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@hypothesis_settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 2000))
def test_damaged_photo_is_kept_or_refused_never_an_error(noise: bytes, at: int) -> None:
    good = photo(size=(64, 48))
    at %= len(good)
    with suppress(NotAPhoto, PhotoTooLarge):
        clean(BytesIO(good[:at] + noise + good[at + len(noise) :]))


@pytest.fixture
def link(db: None, now: datetime) -> CaseLink:
    order = shipped_order()
    return make_form_link(order.pk, actor=service_person(order), now=now).link


def test_photos_of_an_unfinished_form_are_kept(link: CaseLink, now: datetime) -> None:
    refused = photos.keep(link, uploads=[upload(photo()), upload(SVG, "x.svg")], now=now)
    assert [str(type(one).__name__) for one in refused] == ["NotAPhoto"]
    kept = Evidence.objects.get()
    assert (kept.link, kept.case, kept.mime) == (link, None, "image/jpeg")
    assert kept.file.read() == clean(BytesIO(photo())).content
    assert kept.size == kept.file.size


def test_same_photo_sent_again_is_kept_once(link: CaseLink, now: datetime) -> None:
    for _time in range(2):
        assert photos.keep(link, uploads=[upload(photo())], now=now) == []
    assert Evidence.objects.count() == 1


def test_seventh_photo_is_refused(link: CaseLink, now: datetime) -> None:
    uploads = [upload(photo(size=(10 + n, 10))) for n in range(8)]
    refused = photos.keep(link, uploads=uploads, now=now)
    assert (Evidence.objects.count(), [type(one) for one in refused]) == (
        6,
        [TooManyPhotos, TooManyPhotos],
    )


def test_stored_name_says_nothing(link: CaseLink, now: datetime) -> None:
    photos.keep(link, uploads=[upload(photo(), "Chen at home.jpg")], now=now)
    name = Evidence.objects.get().file.name or ""
    assert name.startswith("evidence/2026/11/")
    assert "Chen" not in name


def test_photo_of_another_case_is_marked(link: CaseLink, now: datetime) -> None:
    photos.keep(link, uploads=[upload(photo())], now=now)
    first = open_case(link.order, reason=Reason.DAMAGED, link=link)
    other = shipped_order()
    second_link = make_form_link(other.pk, actor=service_person(other), now=now).link
    photos.keep(second_link, uploads=[upload(photo())], now=now)
    second = open_case(other, reason=Reason.DAMAGED, link=second_link)
    assert acts.fresh(first).photos.get().seen_in is None
    assert acts.fresh(second).photos.get().seen_in == first


def test_photos_of_forms_that_were_never_sent_are_removed(link: CaseLink, now: datetime) -> None:
    photos.keep(link, uploads=[upload(photo())], now=now)
    path = Path(Evidence.objects.get().file.path)
    tidy(now=now + timedelta(hours=23))
    assert path.exists()
    tidy(now=now + timedelta(hours=25))
    assert not path.exists()
    assert not Evidence.objects.exists()


def test_photos_of_a_case_stay(link: CaseLink, now: datetime) -> None:
    photos.keep(link, uploads=[upload(photo())], now=now)
    open_case(link.order, link=link)
    tidy(now=now + timedelta(days=400))
    assert Path(Evidence.objects.get().file.path).exists()
