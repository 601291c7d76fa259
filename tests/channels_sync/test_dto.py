"""Stored import options: what is refused before it can misread a file."""

from typing import Any

import pytest

from channels_sync.dto import ImportOptions, MalformedOptions
from tests.factories.channels_sync import COLUMNS, options_json


def test_stored_form_is_read_back_as_it_was() -> None:
    options = ImportOptions.from_json(
        options_json(history="closed_external", skipped_prefixes=["A", "B"], thousands_mark="")
    )
    assert ImportOptions.from_json(options.to_json()) == options


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"colour": "red"}, "colour"),
        ({"columns": None}, "columns"),
        ({"columns": COLUMNS | {"shoe_size": "S"}}, "shoe_size"),
        ({"columns": COLUMNS | {"quantity": ""}}, "quantity"),
        ({"columns": COLUMNS | {"quantity": 7}}, "columns"),
        ({"timezone": "Mars/Olympus"}, "Mars"),
        ({"timezone": 8}, "timezone"),
        ({"currency": "yuan"}, "currency"),
        ({"decimal_mark": ","}, "mark"),
        ({"decimal_mark": "/"}, "mark"),
        ({"history": "maybe"}, "history"),
        ({"create_skus": "yes"}, "create_skus"),
        ({"skipped_prefixes": "A"}, "skipped_prefixes"),
        ({"skipped_prefixes": [""]}, "prefix"),
    ],
)
def test_unusable_options_are_refused_by_name(told: dict[str, Any], word: str) -> None:
    with pytest.raises(MalformedOptions, match=word):
        ImportOptions.from_json(options_json(**told))


@pytest.mark.parametrize("data", [None, [], "x", 1])
def test_options_are_an_object(data: object) -> None:
    with pytest.raises(MalformedOptions):
        ImportOptions.from_json(data)
