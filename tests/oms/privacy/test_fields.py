"""Encrypted columns in a real table."""

from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import FieldError
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from oms.models.buyers import Receiver
from oms.privacy.cipher import UndecryptableValue
from oms.privacy.fields import ClearTextRefused

from .keys import NEW

pytestmark = pytest.mark.django_db
PHONE = "13800138000"


def make(**values: Any) -> Receiver:
    return Receiver.objects.create(**{"kind": "plain", "name": "张三😀", "phone": PHONE} | values)


def raw(receiver: Receiver, column: str) -> bytes | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, phone, street, platform_cipher FROM oms_receiver WHERE id = %s",
            [receiver.pk],
        )
        row = dict(zip((item[0] for item in cursor.description), cursor.fetchone(), strict=True))
    return None if row[column] is None else bytes(row[column])


def execute(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_value_comes_back_from_the_table() -> None:
    receiver = make(platform_cipher={"name": "~x~", "n": [1, None]})
    receiver.refresh_from_db()
    assert (receiver.name, receiver.phone, receiver.street) == ("张三😀", PHONE, "")
    assert receiver.platform_cipher == {"name": "~x~", "n": [1, None]}


def test_column_holds_ciphertext_also_of_empty_text() -> None:
    receiver = make()
    phone, street = raw(receiver, "phone"), raw(receiver, "street")
    assert phone is not None
    assert PHONE.encode() not in phone
    assert street is not None
    assert len(street) == 1 + 12 + 16
    assert raw(receiver, "platform_cipher") is None


def test_no_statement_carries_clear_text() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        receiver = make()
        Receiver.objects.filter(pk=receiver.pk).update(street="科技园路1号")
    assert len(queries) == 2
    assert not [query for query in queries if PHONE in query["sql"] or "科技" in query["sql"]]


def test_values_are_clear() -> None:
    make()
    assert Receiver.objects.values("name", "phone").get() == {"name": "张三😀", "phone": PHONE}
    assert Receiver.objects.values_list("phone", flat=True).get() == PHONE
    assert Receiver.objects.annotate(tel=F("phone")).get().tel == PHONE
    assert Receiver.objects.only("phone").get().name == "张三😀"


def test_bulk_writes_are_encrypted_and_read_back() -> None:
    Receiver.objects.bulk_create(Receiver(kind="plain", phone=f"1380013800{n}") for n in range(5))
    receivers = list(Receiver.objects.order_by("pk"))
    assert [receiver.phone[-1] for receiver in receivers] == list("01234")
    for receiver in receivers:
        receiver.name, receiver.platform_cipher = f"n{receiver.pk}", {"pk": receiver.pk}
    Receiver.objects.bulk_update(receivers, ["name", "platform_cipher"])
    for receiver in Receiver.objects.all():
        assert (receiver.name, receiver.platform_cipher) == (f"n{receiver.pk}", {"pk": receiver.pk})
        assert (raw(receiver, "name") or b"")[:1] == b"\x01"


def test_update_may_set_text_and_null() -> None:
    receiver = make(platform_cipher={"a": 1})
    Receiver.objects.update(name="李四", platform_cipher=None)
    receiver.refresh_from_db()
    assert (receiver.name, receiver.platform_cipher) == ("李四", None)


def test_rows_are_found_by_null_only() -> None:
    without, having = make(), make(platform_cipher={})
    assert Receiver.objects.get(platform_cipher=None) == without
    assert Receiver.objects.get(platform_cipher__isnull=True) == without
    assert Receiver.objects.exclude(platform_cipher=None).get() == having


@pytest.mark.parametrize(
    "lookup",
    ["exact", "iexact", "in", "contains", "icontains", "startswith", "gt", "range", "regex"],
)
def test_search_in_ciphertext_is_refused(lookup: str) -> None:
    with pytest.raises(FieldError, match=r"oms\.Receiver\.phone is encrypted"):
        Receiver.objects.filter(**{f"phone__{lookup}": [PHONE]})
    with pytest.raises(FieldError, match=r"oms\.Receiver\.phone is encrypted"):
        Receiver.objects.exclude(**{f"phone__{lookup}": PHONE})


def test_comparing_two_encrypted_columns_is_refused() -> None:
    with pytest.raises(FieldError, match="encrypted"):
        Receiver.objects.filter(phone=F("name"))


def test_value_moved_to_another_column_is_refused() -> None:
    receiver = make()
    execute("UPDATE oms_receiver SET street = phone WHERE id = %s", receiver.pk)
    with pytest.raises(UndecryptableValue, match=r"oms\.Receiver\.street"):
        receiver.refresh_from_db()


def test_altered_value_is_refused_and_never_shown() -> None:
    receiver = make()
    blob = bytearray(raw(receiver, "phone") or b"")
    blob[-1] ^= 1
    execute("UPDATE oms_receiver SET phone = %s WHERE id = %s", bytes(blob), receiver.pk)
    with pytest.raises(UndecryptableValue):
        Receiver.objects.values("phone").get()


def test_old_rows_stay_readable_after_a_new_key(settings: Settings) -> None:
    receiver = make()
    settings.OMS_FIELD_KEYS = settings.OMS_FIELD_KEYS | {2: NEW}
    receiver.refresh_from_db()
    assert receiver.phone == PHONE
    receiver.save()
    assert (raw(receiver, "phone") or b"")[:1] == b"\x02"
    settings.OMS_FIELD_KEYS = {2: NEW}
    receiver.refresh_from_db()
    assert receiver.phone == PHONE


@pytest.mark.parametrize("form", ["json", "xml"])
def test_dump_of_personal_data_is_refused(form: str) -> None:
    with pytest.raises(ClearTextRefused, match=r"oms\.Receiver\."):
        serializers.serialize(form, [make()])
