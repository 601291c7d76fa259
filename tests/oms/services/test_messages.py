"""Messages to buyers go out once, and what cannot go out stands in front of a person."""

from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected

import pytest
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from oms.dto import PlainReceiver
from oms.models import BuyerMessage, Order, Shipment, ShipmentLine
from oms.services import messages
from oms.services.orders.receivers import build_receiver
from tests.factories.oms import (
    NOW,
    FulfillmentLineFactory,
    FulfillmentOrderFactory,
    OrderFactory,
    StoreFactory,
)

pytestmark = pytest.mark.django_db

Sent = list[tuple[str, str, str]]


@pytest.fixture
def sent() -> Sent:
    return []


def order_to(address: str, *, now: datetime) -> Order:
    told = PlainReceiver(name="沈一诺", phone="13800009999", street="演示路 1 号", email=address)
    receiver = build_receiver(told, now=now)
    receiver.save()
    return OrderFactory.create(receiver=receiver)


def message(order: Order, *, now: datetime, key: str = "shipped:PK1") -> BuyerMessage:
    facts = {"carrier": "SF", "waybill_no": "SF100"}
    return BuyerMessage.objects.create(
        dedupe_key=key, store=order.store, order=order, template=messages.SHIPPED, facts=facts,
        not_before=now, created_at=now,
    )  # fmt: skip


def test_message_goes_out_once(now: datetime, sent: Sent) -> None:
    row = message(order_to("buyer@example.com", now=now), now=now)
    for _round in range(2):
        messages.send_due(now=now, send=lambda *words: sent.append(words))
    row.refresh_from_db()
    assert [address for address, _subject, _text in sent] == ["buyer@example.com"]
    assert "SF100" in sent[0][2]
    assert (row.state, row.sent_at) == (BuyerMessage.State.SENT, now)


@pytest.mark.parametrize("address", ["", "b***@example.com"])
def test_nothing_is_sent_to_nobody_or_to_a_mask(now: datetime, sent: Sent, address: str) -> None:
    row = message(order_to(address, now=now), now=now)
    messages.send_due(now=now, send=lambda *words: sent.append(words))
    row.refresh_from_db()
    assert sent == []
    assert row.state == BuyerMessage.State.SKIPPED


def test_mail_server_that_is_down_is_asked_again_later_and_then_a_person(now: datetime) -> None:
    row = message(order_to("buyer@example.com", now=now), now=now)

    def refuse(*_words: str) -> None:
        raise SMTPServerDisconnected("buyer@example.com was not reached")

    messages.send_due(now=now, send=refuse)
    row.refresh_from_db()
    assert row.state == BuyerMessage.State.WAITING
    assert row.not_before > now
    assert "buyer@" not in row.last_error
    for day in range(1, messages.MAX_ATTEMPTS):
        messages.send_due(now=now + timedelta(days=day), send=refuse)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (BuyerMessage.State.FAILED, messages.MAX_ATTEMPTS)


def test_worker_that_vanished_while_sending_is_not_repeated_in_silence(
    now: datetime, sent: Sent
) -> None:
    row = message(order_to("buyer@example.com", now=now), now=now)
    BuyerMessage.objects.filter(pk=row.pk).update(state=BuyerMessage.State.SENDING)
    messages.send_due(now=now + timedelta(hours=1), send=lambda *words: sent.append(words))
    row.refresh_from_db()
    assert sent == []
    assert row.state == BuyerMessage.State.FAILED


def parcel(*orders: Order, number: str = "1") -> Shipment:
    """A parcel in which each order has one line."""
    document = FulfillmentOrderFactory.create(order=orders[0], lines=False)
    shipment = Shipment.objects.create(
        package_no=f"PK{number}",
        fulfillment=document,
        carrier="sf",
        waybill_no=f"SF{number}",
        created_at=NOW,
    )
    for order in orders:
        line = FulfillmentLineFactory.create(fulfillment=document, order_item=order.items.get())
        ShipmentLine.objects.create(shipment=shipment, fulfillment_line=line, quantity=1)
    return shipment


def test_one_message_of_a_parcel_names_all_its_orders(now: datetime) -> None:
    store = StoreFactory.create()
    orders = [OrderFactory.create(store=store, channel_order_no=number) for number in "AB"]
    shipment = parcel(*orders)
    for _round in range(2):
        messages.shipping_message([shipment.pk], now=now)
    row = BuyerMessage.objects.get()
    assert (row.order, row.store) == (orders[0], store)
    subject, _text = messages.render(row)
    assert "A、B" in subject


def test_buyer_whom_the_platform_tells_has_no_mail_from_us(now: datetime) -> None:
    telling = StoreFactory.create(notifies_buyer=True)
    silent = StoreFactory.create(channel=telling.channel)
    messages.shipping_message([parcel(OrderFactory.create(store=telling)).pk], now=now)
    assert not BuyerMessage.objects.exists()
    told, untold = OrderFactory.create(store=telling), OrderFactory.create(store=silent)
    mixed = parcel(told, untold, number="2")
    messages.shipping_message([mixed.pk], now=now)
    row = BuyerMessage.objects.get()
    assert (row.store, row.order) == (silent, untold)
    assert len(row.facts["orders"]) == 1


def test_mail_server_that_does_not_answer_is_let_go_before_the_worker_is() -> None:
    assert timedelta(seconds=EmailBackend().timeout or 3600) < settings.TASK_TIMEOUT / 2
