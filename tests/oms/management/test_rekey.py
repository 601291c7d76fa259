"""``manage.py rekey``: from two keys to one."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from oms.models import Buyer
from tests.factories.oms import BuyerFactory
from tests.oms.privacy.keys import NEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(settings: Settings) -> Buyer:
    """Somebody whose name is under key 1 while key 2 is the newest."""
    settings.OMS_FIELD_KEYS = dict(settings.OMS_FIELD_KEYS)
    found: Buyer = BuyerFactory.create(nickname="张三")
    settings.OMS_FIELD_KEYS = settings.OMS_FIELD_KEYS | {2: NEW}
    return found


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("rekey", *arguments, stdout=out)
    return out.getvalue()


def told() -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run("--json"))
    return answer


def test_old_key_can_be_dropped_afterwards(buyer: Buyer, settings: Settings) -> None:
    answer = told()
    assert (answer["current"], answer["in_use"], answer["whole"]) == (2, [2], True)
    (of_names,) = [line for line in answer["sealed"] if line["column"] == "oms.Buyer.nickname"]
    assert of_names == {
        "column": "oms.Buyer.nickname",
        "done": 1,
        "unreadable": 0,
        "rows": [],
        "versions": {"2": 1},
    }
    settings.OMS_FIELD_KEYS = {2: NEW}
    buyer.refresh_from_db()
    assert buyer.nickname == "张三"


def test_trial_tells_and_changes_nothing(buyer: Buyer) -> None:
    text = run("--dry-run")
    assert "oms.Buyer.nickname: 1 to seal anew\n" in text
    assert "Versions of keys in use: 1; the newest is 2." in text
    assert told()["sealed"]


def test_what_cannot_be_read_keeps_the_old_key(buyer: Buyer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE oms_buyer SET nickname = %s", [b"\x01" + b"x" * 40])
    with pytest.raises(CommandError, match="keep that key"):
        run()


@pytest.mark.parametrize("size", ["0", "-1", "x", "5001"])
def test_size_of_a_batch_is_checked(size: str) -> None:
    with pytest.raises(CommandError):
        run("--batch", size)
