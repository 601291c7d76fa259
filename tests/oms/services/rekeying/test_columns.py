"""Sealed columns come under the newest key, whatever the shop does meanwhile."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import BinaryField
from pytest_django import Settings

from oms.models import Buyer, Receiver
from oms.privacy.cipher import UndecryptableValue
from oms.privacy.fields import SealedField
from oms.services.rekeying import columns
from oms.services.rekeying.columns import Table, look, reseal, sealed_tables
from tests.factories.oms import BuyerFactory
from tests.oms.privacy.keys import NEW
from tests.oms.services.rekeying.rows import contents, expected, row_of

pytestmark = pytest.mark.django_db
TABLES = sealed_tables()
BUYERS = Table(Buyer, [Buyer._meta.get_field("nickname")])


@pytest.fixture
def both(settings: Settings) -> Settings:
    """What was written before the test acts is under key 1; key 2 is the newest now."""
    settings.OMS_FIELD_KEYS = dict(settings.OMS_FIELD_KEYS)
    return settings


def add_key(settings: Settings) -> None:
    settings.OMS_FIELD_KEYS = settings.OMS_FIELD_KEYS | {2: NEW}


def drop_key(settings: Settings) -> None:
    settings.OMS_FIELD_KEYS = {2: settings.OMS_FIELD_KEYS[2]}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.model._meta.label)
def test_everything_is_read_without_the_old_key(table: Table, both: Settings) -> None:
    with row_of(table) as row:
        add_key(both)
        tallies = reseal(table, batch=10)
        assert {tally.unreadable for tally in tallies} == {0}
        assert not any(tally.left(2) for tally in tallies)
        assert all(tally.versions[2] for tally in tallies)
        drop_key(both)
        assert contents(table, row) == expected(table)


def test_without_it_the_old_key_could_not_be_dropped(both: Settings) -> None:
    BuyerFactory.create(nickname="张三")
    add_key(both)
    drop_key(both)
    with pytest.raises(UndecryptableValue):
        Buyer.objects.get()


def test_every_sealed_column_of_every_model_is_found() -> None:
    found = {(table.model, field.name) for table in TABLES for field in table.fields}
    there = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True, include_swapped=True)
        for field in model._meta.get_fields(include_hidden=True)
        if isinstance(field, SealedField) and field.model is model
    }
    assert found == there
    assert {table.model._meta.app_label for table in TABLES} == {
        "oms",
        "channels_sync",
        "warehouse",
        "aftersales",
    }


def test_no_column_of_bytes_is_sealed_by_other_means() -> None:
    """A plain column of bytes would be sealed, if at all, by hand: no change of keys finds it."""
    plain = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, BinaryField)
    ]
    assert plain == []


def test_trial_counts_and_changes_nothing(both: Settings) -> None:
    buyer = BuyerFactory.create(nickname="张三")
    before = stored(buyer)
    add_key(both)
    (tally,) = look(BUYERS)
    assert (tally.done, dict(tally.versions)) == (1, {1: 1})
    assert stored(buyer) == before


def test_run_goes_on_where_one_was_killed(both: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    BuyerFactory.create_batch(5, nickname="张三")
    add_key(both)

    def die(_column: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(BUYERS, batch=2, progress=die)
    assert look(BUYERS)[0].left(2) == 3
    (tally,) = reseal(BUYERS, batch=2)
    assert (tally.done, dict(tally.versions)) == (3, {2: 5})


def test_value_saved_meanwhile_is_kept(both: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer = BuyerFactory.create(nickname="张三")
    add_key(both)
    write = columns._write

    def outrun(table: Table, pk: int, **blobs: Any) -> bool:
        Buyer.objects.filter(pk=pk).update(nickname="李四")
        return write(table, pk, **blobs)

    monkeypatch.setattr(columns, "_write", outrun)
    (tally,) = reseal(BUYERS, batch=10)
    buyer.refresh_from_db()
    assert buyer.nickname == "李四"
    assert (tally.done, dict(tally.versions)) == (0, {2: 1})


def test_value_that_cannot_be_read_is_named_and_stays(both: Settings) -> None:
    good, bad = BuyerFactory.create_batch(2, nickname="张三")
    broken = stored(bad)[:-1] + b"\x00\x00"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE oms_buyer SET nickname = %s WHERE id = %s", [broken, bad.pk])
    add_key(both)
    (tally,) = reseal(BUYERS, batch=1)
    assert (tally.done, tally.unreadable, tally.rows) == (1, 1, [bad.pk])
    assert (tally.left(2), stored(bad)) == (1, broken)
    good.refresh_from_db()
    assert good.nickname == "张三"


def test_value_brought_from_another_column_is_refused(both: Settings) -> None:
    receiver = Receiver.objects.create(kind="plain", name="张三", phone="13800001234")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE oms_receiver SET name = phone WHERE id = %s", [receiver.pk])
    add_key(both)
    (receivers,) = [table for table in TABLES if table.model is Receiver]
    tallies = {tally.column: tally for tally in reseal(receivers, batch=10)}
    assert tallies["oms.Receiver.name"].rows == [receiver.pk]
    assert tallies["oms.Receiver.phone"].unreadable == 0


def stored(buyer: Buyer) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nickname FROM oms_buyer WHERE id = %s", [buyer.pk])
        return bytes(cursor.fetchone()[0])
