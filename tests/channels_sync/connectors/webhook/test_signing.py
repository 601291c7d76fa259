"""Our own signature against values that two other implementations made."""

import json
from pathlib import Path
from typing import Any

import pytest

from channels_sync.connectors.webhook.signing import is_signed

RECORDINGS = Path(__file__).parents[3] / "recordings"


@pytest.fixture
def recorded() -> dict[str, Any]:
    text = (RECORDINGS / "webhook" / "order_paid.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def recorded_request(recorded: dict[str, Any]) -> dict[str, Any]:
    return {
        "method": recorded["method"],
        "path": recorded["path"],
        "timestamp": recorded["headers"]["X-OMS-Timestamp"],
        "nonce": recorded["headers"]["X-OMS-Nonce"],
        "body": recorded["raw_body"].encode(),
    }


def test_recorded_request_is_accepted(recorded: dict[str, Any]) -> None:
    signature = recorded["headers"]["X-OMS-Signature"]
    assert is_signed(signature, secrets=[recorded["secret"]], **recorded_request(recorded))


def test_either_of_two_secrets_is_accepted(recorded: dict[str, Any]) -> None:
    signature = recorded["headers"]["X-OMS-Signature"]
    secrets = ["the-new-one", recorded["secret"]]
    assert is_signed(signature, secrets=secrets, **recorded_request(recorded))


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("method", "PUT"),
        ("path", "/hooks/custom/other/"),
        ("timestamp", "1772323501"),
        ("nonce", "n-0002"),
        ("body", b"{}"),
    ],
)
def test_any_changed_part_breaks_the_signature(
    recorded: dict[str, Any], part: str, value: Any
) -> None:
    signature = recorded["headers"]["X-OMS-Signature"]
    request = recorded_request(recorded) | {part: value}
    assert not is_signed(signature, secrets=[recorded["secret"]], **request)


@pytest.mark.parametrize("signature", ["", "v1=", "v2=aaed", "é", "\udcff"])
def test_nonsense_is_no_signature(recorded: dict[str, Any], signature: str) -> None:
    request = recorded_request(recorded)
    assert not is_signed(signature, secrets=[recorded["secret"]], **request)


def test_no_secret_accepts_nothing(recorded: dict[str, Any]) -> None:
    signature = recorded["headers"]["X-OMS-Signature"]
    assert not is_signed(signature, secrets=[], **recorded_request(recorded))
