"""The keys of this installation: made once, kept beside the data, never in the repository."""

import base64
import json
import os
import secrets
import shlex
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deploy.problems import Problem

FILE = "secrets.env"
DATABASE = "oms.sqlite3"
KEYS_GONE = """{database} is there, but {file} with its keys is gone: without them the personal data
in it cannot be read. Put the file back, or remove {database} to begin with an empty one."""


def ensure_keys(directory: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the secret variables, made on the first call and read from then on.

    :param environ: variables that are set here win over the file
    :raises Problem: if there is a database and its keys are gone
    """
    fresh = _make()
    given = {name: environ[name] for name in fresh if environ.get(name)}
    if len(given) == len(fresh):
        return given
    path = directory / FILE
    if not path.exists():
        if (directory / DATABASE).exists():
            raise Problem(KEYS_GONE.format(database=directory / DATABASE, file=path))
        _write_once(path, fresh)
    return _read(path) | given


def _make() -> dict[str, str]:
    return {
        "OMS_SECRET_KEY": secrets.token_urlsafe(50),
        "OMS_FIELD_KEYS": json.dumps({"1": _key()}),
        "OMS_INDEX_KEYS": json.dumps({"1": _key()}),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write_once(path: Path, values: Mapping[str, str]) -> None:
    """Write under another name first: neither a half file nor a second set of keys can appear."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("# The keys of this installation. Keep a copy apart from the database.\n")
        file.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):  # another start was quicker: its keys count
        path.hardlink_to(draft)
    draft.unlink()


def _read(path: Path) -> dict[str, str]:
    words = shlex.split(path.read_text(), comments=True)
    return dict(word.split("=", 1) for word in words)
