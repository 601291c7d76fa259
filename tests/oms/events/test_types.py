import json
import re
from dataclasses import asdict
from inspect import getmembers, isclass
from typing import get_type_hints

import pytest

from oms.events import types
from oms.events.types import Event

EVENTS = [
    found
    for _name, found in getmembers(types, isclass)
    if issubclass(found, Event) and found is not Event
]
PLAIN = (int, str, list[int], list[str])
CONTENT: dict[type[Event], set[str]] = {types.ReturnRequested: {"refund"}}
"""What a platform asked for goes with its event, by ``oms.events.contents``: no words of people."""


def test_names_are_unique_and_of_one_shape() -> None:
    names = [event.name for event in EVENTS]
    shape = re.compile(r"(oms|channels|warehouse|aftersales)\.[a-z]+\.[a-z_]+")
    assert len(set(names)) == len(names)
    assert [name for name in names if not shape.fullmatch(name)] == []


@pytest.mark.parametrize("event", EVENTS)
def test_payload_is_ids_and_numbers(event: type[Event]) -> None:
    hints = {name: kind for name, kind in get_type_hints(event).items() if name != "name"}
    assert hints
    other = {name for name, kind in hints.items() if kind not in PLAIN}
    assert other == CONTENT.get(event, set())


def test_payload_survives_the_database() -> None:
    payload = asdict(types.ReturnReceived(return_nos=["RT1", "RT2"]))
    assert json.loads(json.dumps(payload)) == payload == {"return_nos": ["RT1", "RT2"]}
