"""What apps contribute is found by key, once."""

from dataclasses import dataclass

import pytest

from oms import registries
from oms.models import User
from oms.registries import BarcodeKind, BarcodeMatch, Contributions, DuplicateKey


@dataclass(frozen=True)
class Thing:
    key: str
    value: int = 0


def test_contributions_stand_in_the_order_of_registration() -> None:
    things: Contributions[Thing] = Contributions("thing")
    for key in ("b", "a", "c"):
        things.register(Thing(key))
    assert [thing.key for thing in things] == ["b", "a", "c"]


def test_same_contribution_twice_is_one() -> None:
    things: Contributions[Thing] = Contributions("thing")
    things.register(Thing("a"))
    things.register(Thing("a"))
    assert len(list(things)) == 1


def test_second_claim_on_a_key_is_refused() -> None:
    things: Contributions[Thing] = Contributions("thing")
    things.register(Thing("a"))
    with pytest.raises(DuplicateKey, match="thing 'a'"):
        things.register(Thing("a", value=1))
    assert list(things) == [Thing("a")]


def test_contribution_can_be_taken_away_while_others_are_read() -> None:
    things: Contributions[Thing] = Contributions("thing")
    things.register(Thing("a"))
    things.register(Thing("b"))
    for thing in things:
        things.unregister(thing.key)
    assert list(things) == []


@pytest.fixture
def two_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds: Contributions[BarcodeKind] = Contributions("barcode kind")

    def kind(name: str, prefix: str) -> BarcodeKind:
        def resolve(user: User, code: str) -> BarcodeMatch | None:
            return BarcodeMatch(name, 1, code) if code.startswith(prefix) else None

        return BarcodeKind(name, name, resolve)

    kinds.register(kind("bin", "A"))
    kinds.register(kind("tote", "A-T"))
    monkeypatch.setattr(registries, "barcode_kinds", kinds)


@pytest.mark.usefixtures("two_kinds")
@pytest.mark.parametrize(
    ("code", "kinds"),
    [("A-1", ["bin"]), (" A-T1 ", ["bin", "tote"]), ("X", []), ("", []), ("  ", [])],
)
def test_barcode_is_asked_of_every_kind(code: str, kinds: list[str]) -> None:
    found = registries.resolve_barcode(User(), code)
    assert [match.kind for match in found] == kinds
    assert {match.text for match in found} <= {code.strip()}
