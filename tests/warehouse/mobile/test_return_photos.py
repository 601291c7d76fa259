"""Photos of returned parcels: kept clean, shown to whoever works there, to nobody else."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import Settings

from oms.models import EvidenceEntry
from tests.factories.aftersales import photo
from tests.factories.returned import Dock
from tests.warehouse.mobile.phone import as_response, signed_in, told
from warehouse.models import ReturnPhoto
from warehouse.services.receiving.photos import MOST, of_case


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dock(db: None) -> Dock:
    made = Dock()
    made.place()
    hoodie = made.sku()
    made.receive(made.expected({hoodie: 1}).return_waybill_no, hoodie.code)
    return made


def send(dock: Dock, client: Client, content: bytes) -> HttpResponse:
    url = reverse("warehouse:api_return_photo", args=[dock.warehouse.pk])
    return as_response(client.post(url, {"photo": SimpleUploadedFile("x.jpg", content)}))


def test_photo_is_kept_without_what_came_with_it(dock: Dock) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    answer = send(dock, signed_in(dock.worker), photo(exif=exif))
    assert answer.status_code == 200
    assert told(answer)["screen"]["photo_count"] == 1
    row = ReturnPhoto.objects.get()
    assert b"SECRET-CAMERA" not in row.file.read()
    assert row.sku == dock.open().lines.get().sku
    assert EvidenceEntry.objects.get(kind="return.photo").facts["sha256"] == row.sha256


def test_same_photo_is_kept_once_and_not_without_end(dock: Dock) -> None:
    client = signed_in(dock.worker)
    for size in range(MOST):
        send(dock, client, photo(size=(100 + size, 80)))
        send(dock, client, photo(size=(100 + size, 80)))
    assert ReturnPhoto.objects.count() == MOST
    assert send(dock, client, photo(size=(90, 90))).status_code == 409


@pytest.mark.parametrize("content", [b"", b"no picture", b"<svg/>"])
def test_what_is_no_photo_is_refused(dock: Dock, content: bytes) -> None:
    assert send(dock, signed_in(dock.worker), content).status_code in (409, 422)
    assert not ReturnPhoto.objects.exists()


def test_photo_without_a_parcel_in_hand_is_refused(dock: Dock) -> None:
    assert send(dock, signed_in(dock.person("warehouse_staff")), photo()).status_code == 409


def test_photo_is_kept_and_seen_by_whoever_works_there(dock: Dock) -> None:
    strangers = [Dock().worker, dock.person("customer_service"), dock.person()]
    for stranger in strangers:
        assert send(dock, signed_in(stranger), photo()).status_code == 403
    assert send(dock, Client(), photo()).status_code == 401
    send(dock, signed_in(dock.worker), photo())
    url = reverse("warehouse:return_photo", args=[ReturnPhoto.objects.get().pk])
    for stranger in strangers:
        assert signed_in(stranger).get(url).status_code == 404
    assert Client().get(url).status_code == 401
    seen = signed_in(dock.manager).get(url)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/jpeg")


def test_photos_of_a_case_are_found_by_its_number(dock: Dock) -> None:
    client = signed_in(dock.worker)
    for size in range(4):
        send(dock, client, photo(size=(100 + size, 80)))
    case_no = dock.open().returns.get().case_no
    newest = ReturnPhoto.objects.order_by("-pk")[:3]
    assert of_case(case_no) == [row.file.read() for row in newest]
    assert of_case("AS-other") == []
    ReturnPhoto.objects.filter(pk=newest[0].pk).update(file="gone.jpg")
    assert len(of_case(case_no)) == 2
