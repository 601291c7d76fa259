from typing import ClassVar

import pytest

from oms.integration.registry import DuplicateKind, Registry, UnknownKind


class Speaker:
    kind: ClassVar[str] = ""
    label: ClassVar[str] = ""


class Red(Speaker):
    kind, label = "red", "Red"


class Blue(Speaker):
    kind, label = "blue", "Blue"


@pytest.fixture
def speakers() -> Registry[Speaker]:
    registry: Registry[Speaker] = Registry("speaker")
    registry.register(Red)
    registry.register(Blue)
    return registry


def test_class_is_found_by_its_kind(speakers: Registry[Speaker]) -> None:
    assert speakers.get("red") is Red


def test_decorator_gives_the_class_back() -> None:
    assert Registry[Speaker]("speaker").register(Red) is Red


def test_second_claim_on_a_kind_is_refused(speakers: Registry[Speaker]) -> None:
    class Crimson(Speaker):
        kind, label = "red", "Crimson"

    with pytest.raises(DuplicateKind, match=r"'red' is claimed by Red and .*Crimson"):
        speakers.register(Crimson)
    assert speakers.get("red") is Red


def test_same_class_may_register_twice(speakers: Registry[Speaker]) -> None:
    speakers.register(Red)
    assert len(speakers) == 2


def test_unknown_kind_names_the_known_ones(speakers: Registry[Speaker]) -> None:
    with pytest.raises(UnknownKind, match=r"no speaker of kind 'green'; known: blue, red"):
        speakers.get("green")


def test_empty_registry_says_so() -> None:
    with pytest.raises(UnknownKind, match="known: none"):
        Registry[Speaker]("speaker").get("red")


def test_order_of_registration_is_kept(speakers: Registry[Speaker]) -> None:
    assert list(speakers) == [Red, Blue]
    assert speakers.choices() == [("red", "Red"), ("blue", "Blue")]


def test_membership_is_by_kind(speakers: Registry[Speaker]) -> None:
    assert "red" in speakers
    assert "green" not in speakers
