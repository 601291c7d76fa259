import pytest

from oms.integration.credentials import BadCredentials, CredentialField, complete

FIELDS = (
    CredentialField(name="key", label="Key"),
    CredentialField(name="base_url", label="Address", default="https://example.com/"),
    CredentialField(name="mode", label="Mode", default="a", choices=(("a", "A"), ("b", "B"))),
    CredentialField(name="card", label="Card", required=False),
)


def test_defaults_are_filled_in() -> None:
    assert complete({"key": " k "}, FIELDS) == {
        "key": "k",
        "base_url": "https://example.com/",
        "mode": "a",
        "card": "",
    }


def test_missing_value_is_named() -> None:
    with pytest.raises(BadCredentials, match="Key"):
        complete({"key": "  "}, FIELDS)


def test_value_out_of_choice_is_refused() -> None:
    with pytest.raises(BadCredentials, match="Mode"):
        complete({"key": "k", "mode": "c"}, FIELDS)
