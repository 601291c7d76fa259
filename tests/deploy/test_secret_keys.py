import base64
import json
import shlex
import stat
from pathlib import Path

import pytest

from deploy import secret_keys
from deploy.problems import Problem


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = secret_keys.ensure_keys(tmp_path / "var", {})
    assert secret_keys.ensure_keys(tmp_path / "var", {}) == first


def test_two_installations_share_no_key(tmp_path: Path) -> None:
    one = secret_keys.ensure_keys(tmp_path / "one", {})
    other = secret_keys.ensure_keys(tmp_path / "other", {})
    assert not set(one.values()) & set(other.values())


@pytest.mark.parametrize("name", ["OMS_FIELD_KEYS", "OMS_INDEX_KEYS"])
def test_ring_holds_one_key_of_32_bytes(tmp_path: Path, name: str) -> None:
    ring = json.loads(secret_keys.ensure_keys(tmp_path, {})[name])
    assert list(ring) == ["1"]
    assert len(base64.b64decode(ring["1"], validate=True)) == 32


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    secret_keys.ensure_keys(tmp_path / "var", {})
    files = list((tmp_path / "var").iterdir())
    assert [file.name for file in files] == [secret_keys.FILE]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600


def test_file_can_be_read_by_a_shell(tmp_path: Path) -> None:
    keys = secret_keys.ensure_keys(tmp_path, {})
    words = shlex.split((tmp_path / secret_keys.FILE).read_text(), comments=True)
    assert words == [f"{name}={value}" for name, value in keys.items()]


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    made = secret_keys.ensure_keys(tmp_path, {})
    keys = secret_keys.ensure_keys(tmp_path, {"OMS_SECRET_KEY": "from outside"})
    assert keys == made | {"OMS_SECRET_KEY": "from outside"}


def test_complete_environment_makes_no_file(tmp_path: Path) -> None:
    given = {"OMS_SECRET_KEY": "a", "OMS_FIELD_KEYS": "b", "OMS_INDEX_KEYS": "c"}
    assert secret_keys.ensure_keys(tmp_path, given) == given
    assert not list(tmp_path.iterdir())


def test_database_without_its_keys_gets_no_new_ones(tmp_path: Path) -> None:
    (tmp_path / secret_keys.DATABASE).touch()
    with pytest.raises(Problem, match=secret_keys.FILE):
        secret_keys.ensure_keys(tmp_path, {})
    assert not (tmp_path / secret_keys.FILE).exists()
