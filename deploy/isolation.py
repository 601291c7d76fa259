"""The variables under which tests, checks and benchmarks run: fixed keys that protect nothing."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path


def _keys(thirty_two_bytes: bytes) -> str:
    return json.dumps({"1": base64.b64encode(thirty_two_bytes).decode()})


# OMS_DEBUG stands for plain static files and plain HTTP while the settings load; pytest-django
# then turns DEBUG itself off, and the demo's conveniences stay off.
FIXED = {
    "OMS_SECRET_KEY": "only-for-tests-" + "0" * 40,
    "OMS_FIELD_KEYS": _keys(b"only for tests, protects nothing"),
    "OMS_INDEX_KEYS": _keys(b"only for tests, indexes no buyer"),
    "OMS_DEBUG": "1",
}
KEPT = "OMS_TEST_"


def isolated(environ: Mapping[str, str], *, data_dir: Path) -> dict[str, str]:
    """Return the environment without anything of a real installation, but OMS_TEST_... kept."""
    rest = {
        name: value
        for name, value in environ.items()
        if not name.startswith("OMS_") or name.startswith(KEPT)
    }
    return rest | FIXED | {"OMS_DATA_DIR": str(data_dir)}
