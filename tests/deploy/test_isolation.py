import base64
import json
from pathlib import Path

import pytest

from deploy.isolation import FIXED, isolated


def test_nothing_of_a_real_installation_reaches_the_tests() -> None:
    real = {"OMS_SECRET_KEY": "real", "OMS_HTTPS": "1", "OMS_TEST_PG": "wheel", "PATH": "/bin"}
    environ = isolated(real, data_dir=Path("/data"))
    assert environ == FIXED | {"OMS_TEST_PG": "wheel", "PATH": "/bin", "OMS_DATA_DIR": "/data"}


@pytest.mark.parametrize("name", ["OMS_FIELD_KEYS", "OMS_INDEX_KEYS"])
def test_fixed_keys_have_the_real_length(name: str) -> None:
    ring = json.loads(FIXED[name])
    assert len(base64.b64decode(ring["1"], validate=True)) == 32
