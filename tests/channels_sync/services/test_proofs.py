"""A photograph is fetched under its signed address, for a few days, by whoever holds that."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client

from channels_sync.services import proofs
from oms.registries import Contributions, ProofPhotos
from tests.factories.aftersales import photo
from tests.factories.oms import NOW


@pytest.fixture(autouse=True)
def _photos(monkeypatch: pytest.MonkeyPatch) -> None:
    takers: Contributions[ProofPhotos] = Contributions("photos of returns")
    taken = {"AS-1": [photo(size=(300, 200)), photo(size=(200, 300))]}
    takers.register(ProofPhotos("scripted", lambda case_no: taken.get(case_no, [])))
    monkeypatch.setattr(proofs, "proof_photos", takers)


def path(*, count: int = 1, case_no: str = "AS-1") -> str:
    address = proofs.addresses(case_no, count=count, now=NOW)[-1]
    return address.removeprefix("http://127.0.0.1:8000")


def fetch(address: str, *, at: datetime = NOW) -> int:
    with time_machine.travel(at, tick=False):
        return Client().get(address).status_code


def test_photograph_is_sent_and_kept_by_nobody() -> None:
    with time_machine.travel(NOW, tick=False):
        answer = Client().get(path(count=2))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert answer.content == proofs.of_case("AS-1")[1]


def test_address_runs_out() -> None:
    assert fetch(path(), at=NOW + timedelta(days=2)) == 200
    assert fetch(path(), at=NOW + timedelta(days=4)) == 404


@pytest.mark.parametrize("address", [path, lambda: path(count=3), lambda: path(case_no="AS-2")])
def test_only_what_is_there_is_sent(address: object) -> None:
    assert callable(address)
    wanted = str(address())
    assert fetch(wanted) == (200 if address is path else 404)


def test_altered_address_shows_nothing() -> None:
    address = path()
    wrong = (address.replace(".jpg", "x.jpg"), "/channels/proof/x.jpg", "/channels/proof/.jpg")
    assert [fetch(each) for each in wrong] == [404, 404, 404]
