"""What lies on the disk is sealed; what is read is what was saved."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile

from oms.privacy.storage import SealedStorage

CLEAR = "收件人,手机\n张三,13800000000\n".encode()


@pytest.fixture
def storage(tmp_path: Path) -> SealedStorage:
    return SealedStorage(location=tmp_path)


def test_saved_file_is_sealed_on_the_disk_and_read_in_clear(storage: SealedStorage) -> None:
    name = storage.save("orders.csv", ContentFile(CLEAR))
    assert b"13800000000" not in Path(storage.path(name)).read_bytes()
    with storage.open(name) as file:
        assert file.read() == CLEAR


def test_closed_file_can_be_opened_again(storage: SealedStorage) -> None:
    file = storage.open(storage.save("orders.csv", ContentFile(CLEAR)))
    with file:
        file.read(5)
    with file.open("rb") as again:
        assert again.read() == CLEAR


def test_large_upload_is_sealed_too_and_not_moved(storage: SealedStorage) -> None:
    upload = TemporaryUploadedFile("orders.csv", "text/csv", len(CLEAR), None)
    upload.write(CLEAR)
    upload.seek(0)
    name = storage.save("orders.csv", upload)
    assert b"13800000000" not in Path(storage.path(name)).read_bytes()


def test_file_from_before_is_read_as_it_is(storage: SealedStorage) -> None:
    Path(storage.path("old.csv")).write_bytes(CLEAR)
    with storage.open("old.csv") as file:
        assert file.read() == CLEAR


def test_sealed_file_is_never_written_into(storage: SealedStorage) -> None:
    name = storage.save("orders.csv", ContentFile(CLEAR))
    with pytest.raises(ValueError, match="written once"):
        storage.open(name, "r+b")
