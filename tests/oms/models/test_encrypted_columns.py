"""What the disk holds of a person: read back by SQL, past every model."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from oms.dto import CipherReceiver, PlainReceiver
from oms.models import Buyer, ChannelRefund, Order, Receiver, SellerNote
from oms.privacy.fields import EncryptedJSONField, EncryptedTextField, SealedField
from tests.factories.oms import BuyerFactory, OrderFactory, ReceiverFactory, plain_receiver
from tests.oms.models.samples import SAMPLES

pytestmark = pytest.mark.django_db

MAKERS: dict[type[models.Model], Any] = {
    Buyer: BuyerFactory.create,
    ChannelRefund: SAMPLES[ChannelRefund],
    Order: OrderFactory.create,
    Receiver: ReceiverFactory.create,
    SellerNote: SAMPLES[SellerNote],
}
SEALED = [
    (model, field)
    for model in apps.get_app_config("oms").get_models()
    for field in model._meta.fields
    if isinstance(field, SealedField)
]
SECRET = "敏感内容-13800001234"


def stored(row: models.Model) -> dict[str, Any]:
    """Return the row as the database has it, binary columns as bytes."""
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [row.pk])  # noqa: S608
        (values,) = cursor.fetchall()
        names = [column[0] for column in cursor.description]
    plain = (bytes(v) if isinstance(v, memoryview) else v for v in values)
    return dict(zip(names, plain, strict=True))


def shows(value: object, secret: str) -> bool:
    if isinstance(value, bytes):
        return any(secret.encode(code) in value for code in ("utf-8", "utf-16-le", "gb18030"))
    return secret in str(value)


@pytest.mark.parametrize(("model", "field"), SEALED)
def test_sealed_column_holds_no_clear_text(
    model: type[models.Model], field: SealedField[Any, Any]
) -> None:
    value = {"note": SECRET} if isinstance(field, EncryptedJSONField) else SECRET
    row = MAKERS[model]()
    setattr(row, field.name, value)
    row.save(update_fields=[field.name])
    raw = stored(row)
    assert isinstance(raw[str(field.column)], bytes)
    assert not [name for name, kept in raw.items() if shows(kept, SECRET)]
    assert getattr(model._default_manager.get(pk=row.pk), field.name) == value


def test_every_kind_of_sealed_column_is_looked_at() -> None:
    assert {type(field) for _model, field in SEALED} == {EncryptedTextField, EncryptedJSONField}
    assert {model for model, _field in SEALED} == set(MAKERS)


def test_equal_texts_are_stored_as_different_bytes() -> None:
    first, second = BuyerFactory.create_batch(2, nickname=SECRET)
    assert stored(first)["nickname"] != stored(second)["nickname"]


def test_row_of_a_receiver_shows_neither_name_nor_number_nor_door() -> None:
    who: PlainReceiver = plain_receiver(7)
    raw = stored(ReceiverFactory.create(receiver=who))
    told = (who.name, who.phone, who.street, who.phone[3:])
    assert not [name for name, kept in raw.items() for text in told if shows(kept, text)]
    assert raw["phone_tail"] == who.phone[-4:]


def test_ciphertext_of_a_platform_is_sealed_once_more() -> None:
    cipher = "~AgAAAAxyzPlatformCipher~1~"
    receiver = CipherReceiver(platform_ref="oaid-1", phone_cipher=cipher, phone_mask="138****1234")
    row = ReceiverFactory.create(receiver=receiver)
    assert not [name for name, kept in stored(row).items() if shows(kept, cipher)]
    row.refresh_from_db()
    assert row.platform_cipher == {"name": "", "phone": cipher, "street": ""}
