from dataclasses import replace

import pytest
from django.db import connection

from oms.dto import CipherReceiver, PlainReceiver
from oms.models import Receiver, TimelineEntry
from oms.services.dispatch import dispatch
from oms.services.orders.ingest import Verdict
from tests.factories.basics import NOW
from tests.factories.incoming import HOME, Shop, at, incoming_order, moved_to, revised

SEALED = CipherReceiver(
    platform_ref="oaid-1",
    name_cipher="~AgAAAname",
    phone_cipher="~AgAAAphone",
    street_cipher="~AgAAAstreet",
    name_mask="陈**",
    phone_mask="138****0000",
    street_mask="样***",
    province="浙江省",
    city="杭州市",
)


def raw(table: str, column: str) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608  # both are literals below
        return bytes(cursor.fetchone()[0])


def test_memo_and_address_are_unreadable_in_the_database(shop: Shop) -> None:
    order = shop.take_in(incoming_order(buyer_memo="请送到门卫", seller_memo="老客户"))
    assert (order.buyer_memo, order.seller_memo) == ("请送到门卫", "老客户")
    assert "门卫".encode() not in raw("oms_order", "buyer_memo")
    assert "客户".encode() not in raw("oms_order", "seller_memo")
    for column in ("name", "phone", "street"):
        stored = raw("oms_receiver", column)
        assert getattr(HOME, column).encode() not in stored


def test_ciphertext_stays_ciphertext(shop: Shop) -> None:
    receiver = shop.take_in(incoming_order(receiver=SEALED)).receiver
    assert receiver is not None
    assert (receiver.kind, receiver.platform_ref) == ("cipher", "oaid-1")
    assert (receiver.name, receiver.phone, receiver.street) == ("", "", "")
    assert receiver.platform_cipher == {
        "name": "~AgAAAname",
        "phone": "~AgAAAphone",
        "street": "~AgAAAstreet",
    }
    assert receiver.address_key.startswith("c")
    assert receiver.phone_fingerprint == ""


@pytest.mark.parametrize(
    "told",
    [
        None,
        replace(SEALED, platform_ref="", name_cipher=""),
        replace(SEALED, name_cipher="", phone_cipher="", street_cipher=""),
        replace(SEALED, name_cipher="~another-encryption-of-the-same"),
    ],
)
def test_blanked_ciphertext_never_overwrites(shop: Shop, told: CipherReceiver | None) -> None:
    first = incoming_order(receiver=SEALED)
    order = shop.take_in(first)
    shop.tell(revised(first, receiver=told))
    order.refresh_from_db()
    assert order.receiver == Receiver.objects.get()
    assert order.receiver is not None
    assert order.receiver.platform_cipher is not None
    assert order.receiver.platform_cipher["name"] == "~AgAAAname"


@pytest.mark.parametrize(
    "told",
    [
        None,
        PlainReceiver(name="", phone="", street=""),
        replace(HOME, phone=""),
        replace(HOME, name="陈*", phone="138****0000"),
        replace(HOME, province="", city="", district=""),
        replace(HOME, province="浙江", city="杭州"),
        replace(HOME, email="someone@example.com"),
    ],
)
def test_blanked_or_masked_address_is_no_news(shop: Shop, told: PlainReceiver | None) -> None:
    first = incoming_order()
    order = shop.take_in(first)
    shop.tell(revised(first, receiver=told))
    order.refresh_from_db()
    assert order.receiver == Receiver.objects.get()


@pytest.mark.parametrize(
    "told", [moved_to("示范大道9号"), replace(HOME, phone="13800009999"), SEALED]
)
def test_new_address_is_a_new_row(shop: Shop, told: PlainReceiver | CipherReceiver) -> None:
    first = incoming_order()
    order = shop.take_in(first)
    old = order.receiver
    shop.tell(revised(first, receiver=told), now=at(1))
    order.refresh_from_db()
    assert order.receiver != old
    assert Receiver.objects.count() == 2
    assert order.eligible_at == at(1)
    assert TimelineEntry.objects.filter(subject_id=order.pk, action="readdress").count() == 1


def test_other_address_reference_is_another_address(shop: Shop) -> None:
    first = incoming_order(receiver=SEALED)
    order = shop.take_in(first)
    assert shop.tell(revised(first, receiver=replace(SEALED, platform_ref="oaid-2"))).verdict is (
        Verdict.UPDATED
    )
    order.refresh_from_db()
    assert order.receiver is not None
    assert order.receiver.platform_ref == "oaid-2"


def test_order_without_a_receiver_waits_for_one(shop: Shop) -> None:
    told = incoming_order(receiver=None)
    order = shop.take_in(told)
    assert [hold.code for hold in order.holds.all()] == ["no_receiver"]
    assert order.eligible_at is None
    shop.tell(revised(told, receiver=HOME), now=at(5))
    order.refresh_from_db()
    assert order.eligible_at == at(5)
    assert not order.holds.filter(released_at=None).exists()


def test_no_personal_datum_reaches_timeline_events_or_evidence(shop: Shop) -> None:
    shop.stock(9)
    told = incoming_order(buyer_memo="请送到门卫")
    shop.take_in(told)
    dispatch(now=NOW)
    shop.tell(revised(told, receiver=moved_to("示范大道9号"), buyer_memo="放前台"), now=at(1))
    dispatch(now=at(30))
    text = "".join(_everything("oms_timelineentry", "oms_outboxevent", "oms_evidenceentry"))
    assert "readdress" in text
    for datum in (HOME.name, HOME.phone, HOME.street, "示范大道9号", "门卫", "前台"):
        assert datum not in text


def _everything(*tables: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608  # literals above
            found += [str(row) for row in cursor.fetchall()]
    return found


def test_ciphertext_that_comes_later_fills_the_gap(shop: Shop) -> None:
    """Under risk control the platform hides the receiver; without an identity he is still news."""
    first = incoming_order(receiver=None)
    order = shop.take_in(first)
    assert not Receiver.objects.exists()
    shop.tell(revised(first, receiver=replace(SEALED, platform_ref="")))
    order.refresh_from_db()
    assert order.receiver == Receiver.objects.get()
    assert (order.receiver.platform_cipher or {})["street"] == "~AgAAAstreet"


def test_nothing_known_and_nothing_told_stays_nothing(shop: Shop) -> None:
    first = incoming_order(receiver=None)
    order = shop.take_in(first)
    shop.tell(revised(first, receiver=CipherReceiver(platform_ref="", name_mask="陈**")))
    order.refresh_from_db()
    assert order.receiver is None
