"""Every signature vector of every platform: those of the directory that ``OMS_VECTORS`` names.

A file is a list of them, or an object that holds the list (or one vector) by itself. Objects of the
groups in ``CARRIERS`` have tests of their own. A platform, an algorithm or a shape that nobody
proves fails.
"""

import json
import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.channels_sync.connectors.proofs.base import UnknownAlgorithm

RECORDED = Path(__file__).parents[2] / "recordings" / "vectors"
DIRECTORY = Path(os.environ.get("OMS_VECTORS") or RECORDED)


CARRIERS = frozenset(
    {
        *("_about", "sf_msgDigest", "zto_x_datadigest", "yto_sign", "kuaidi100_sign"),
        *("cainiao_link_data_digest", "sf_check_digit", "zto_yto_check_digit", "code128", "tariff"),
    }
)
"""What the objects of carriers' vectors hold; see tests/warehouse/carriers."""


def vectors(directory: Path = DIRECTORY) -> Iterator[Any]:
    for path in sorted(directory.glob("*.json")):
        for at, vector in enumerate(listed(json.loads(path.read_text(encoding="utf-8")))):
            is_named = isinstance(vector, dict) and {"platform", "name"} <= vector.keys()
            name = f"{vector['platform']}-{vector['name']}" if is_named else f"{path.name}-{at}"
            yield pytest.param(vector, id=name)


def listed(told: Any) -> list[Any]:
    match told:
        case list():
            return told
        case {"vectors": list() as inner, **_more}:
            return inner
        case dict() if told and told.keys() <= CARRIERS:
            return []
    return [told]


def prove(vector: Any) -> tuple[object, object]:
    """Return what we make of a vector, and what it should be."""
    proof = import_module(f"tests.channels_sync.connectors.proofs.{vector['platform']}")
    return proof.prove(vector["inputs"]), vector["expected"]


@pytest.mark.parametrize("vector", list(vectors()))
def test_vector(vector: Any) -> None:
    ours, expected = prove(vector)
    assert ours == expected


def test_there_are_vectors() -> None:
    assert DIRECTORY != RECORDED or len(list(vectors())) >= 39


@pytest.mark.parametrize("as_object", [False, True])
@pytest.mark.parametrize(
    "strange",
    [
        {"platform": "nowhere", "name": "x", "inputs": {"algo": "md5"}, "expected": ""},
        {"platform": "jd", "name": "x", "inputs": {"algo": "crc32", "secret": "s"}, "expected": ""},
        {"inputs": {}, "expected": ""},
        "no vector at all",
    ],
)
def test_vector_that_nobody_knows_fails(tmp_path: Path, strange: Any, as_object: bool) -> None:
    text = json.dumps({"vectors": [strange]} if as_object else [strange])
    (tmp_path / "further.json").write_text(text, encoding="utf-8")
    (param,) = vectors(tmp_path)
    with pytest.raises((ImportError, UnknownAlgorithm, KeyError, TypeError)):
        prove(*param.values)


def test_file_of_another_shape_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "further.json").write_text('{"taobao_new_sign": {"vectors": []}}')
    (param,) = vectors(tmp_path)
    with pytest.raises(KeyError):
        prove(*param.values)


def test_further_vectors_need_no_code(tmp_path: Path) -> None:
    known = json.loads((RECORDED / "channels.json").read_text(encoding="utf-8"))[:3]
    (tmp_path / "further.json").write_text(json.dumps({"vectors": known}), encoding="utf-8")
    assert all(ours == due for ours, due in (prove(*param.values) for param in vectors(tmp_path)))
