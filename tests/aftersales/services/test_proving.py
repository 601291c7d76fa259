"""Whoever refuses proves it with photographs: kept with the case by name, shown to the platform."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pytest_django import Settings

from aftersales.models import AfterSalesCase, Evidence
from aftersales.services import closing, photos, proving
from aftersales.services.approval import NoQuestion
from aftersales.services.links import make_form_link
from aftersales.services.photos import NotAPhoto
from channels_sync.services import proofs
from oms.access.checks import NotAllowed
from oms.models import EvidenceEntry, User
from oms.registries import Contributions, ProofPhotos
from tests.aftersales import acts
from tests.aftersales.portal.buyer import jpeg
from tests.factories.aftersales import NOW, open_case, photo, service_person, supervisor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case() -> AfterSalesCase:
    return open_case()


def keep(
    case: AfterSalesCase, *uploads: SimpleUploadedFile, actor: User | None = None
) -> list[Evidence]:
    proving.keep(case.pk, uploads=uploads, actor=actor or supervisor(case), now=NOW)
    return list(case.photos.all())


def test_photo_stays_with_the_case_by_whom_and_when(case: AfterSalesCase) -> None:
    actor = supervisor(case)
    (kept,) = keep(case, jpeg(), actor=actor)
    assert (kept.uploaded_by, kept.uploaded_at, kept.link) == (actor, NOW, None)
    told = EvidenceEntry.objects.get(kind="case.photo")
    assert (told.subject, told.facts) == (case.case_no, {"sha256": kept.sha256})


def test_only_its_pixels_are_kept(case: AfterSalesCase) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Telephone of Chen"
    (kept,) = keep(case, jpeg(exif=exif))
    content = kept.file.read()
    assert content == photos.clean(BytesIO(photo())).content
    assert b"Telephone" not in content


def test_same_photo_again_is_one(case: AfterSalesCase) -> None:
    keep(case, jpeg())
    assert len(keep(case, jpeg())) == 1


def test_what_is_good_is_kept_and_the_rest_named(case: AfterSalesCase) -> None:
    bad = SimpleUploadedFile("x.svg", b"<svg/>")
    with pytest.raises(NotAPhoto, match=r"x\.svg"):
        keep(case, bad, jpeg())
    assert case.photos.count() == 1


def test_more_than_a_platform_takes_are_refused(case: AfterSalesCase) -> None:
    many = [jpeg(size=(10 + at, 10)) for at in range(proving.MOST + 2)]
    with pytest.raises(proving.EnoughProof):
        keep(case, *many)
    assert case.photos.count() == proving.MOST


def test_who_may_not_decide_adds_none(case: AfterSalesCase) -> None:
    with pytest.raises(NotAllowed):
        keep(case, jpeg(), actor=service_person(case))
    assert not case.photos.exists()


def test_case_that_nobody_decides_takes_none(case: AfterSalesCase) -> None:
    actor = supervisor(case)
    closing.close_case(case.pk, actor=actor, reason="done", now=NOW)
    with pytest.raises(NoQuestion):
        keep(case, jpeg(), actor=actor)
    assert not case.photos.exists()


def test_platform_is_shown_what_was_chosen_and_never_the_buyers(case: AfterSalesCase) -> None:
    link = make_form_link(case.order_id, actor=service_person(case), now=NOW).link
    photos.keep(link, uploads=[jpeg(color="red")], now=NOW)
    photos.attach(acts.fresh(case), link=link)
    keep(case, jpeg(color="blue"), jpeg(color="green"))
    chosen = [photos.clean(BytesIO(photo(color=color))).content for color in ("blue", "green")]
    assert proving.of_case(case.case_no) == chosen
    first = case.photos.exclude(uploaded_by=None).order_by("pk")[0]
    first.file.delete(save=False)
    assert proving.of_case(case.case_no) == chosen[1:]


def test_chosen_photos_go_before_the_docks(
    case: AfterSalesCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(case, jpeg(color="blue"))
    takers: Contributions[ProofPhotos] = Contributions("photos of returns")
    takers.register(ProofPhotos("dock", lambda _case_no: [photo(color="red")]))
    takers.register(ProofPhotos("chosen", proving.of_case, is_chosen=True))
    monkeypatch.setattr(proofs, "proof_photos", takers)
    assert [is_blue(content) for content in proofs.of_case(case.case_no)] == [True, False]


def is_blue(content: bytes) -> bool:
    red, _green, blue = Image.open(BytesIO(content)).resize((1, 1)).tobytes()
    return blue > red


def test_photo_whose_file_is_gone_keeps_none_of_the_others_back(case: AfterSalesCase) -> None:
    gone, stays = keep(case, jpeg(), jpeg(size=(12, 10)))
    gone.file.storage.delete(str(gone.file.name))
    assert proving.of_case(case.case_no) == [stays.file.read()]
