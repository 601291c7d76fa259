"""Every signature vector of every platform: those of the directory that ``OMS_VECTORS`` names.

A file that is a list holds channel vectors; one that is an object holds carriers', which have tests
of their own. A platform or an algorithm that nobody proves fails.
"""

import json
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

RECORDED = Path(__file__).parents[2] / "recordings" / "vectors"
DIRECTORY = Path(os.environ.get("OMS_VECTORS") or RECORDED)


def vectors() -> Iterator[Any]:
    for path in sorted(DIRECTORY.glob("*.json")):
        told = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(told, list):
            yield from (
                pytest.param(vector, id=f"{vector['platform']}-{vector['name']}") for vector in told
            )


@pytest.mark.parametrize("vector", list(vectors()))
def test_vector(vector: dict[str, Any]) -> None:
    proof = import_module(f"tests.channels_sync.connectors.proofs.{vector['platform']}")
    assert proof.prove(vector["inputs"]) == vector["expected"]


def test_there_are_vectors() -> None:
    assert DIRECTORY != RECORDED or len(list(vectors())) >= 39
