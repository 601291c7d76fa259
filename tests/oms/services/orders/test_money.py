from decimal import Decimal

from oms.dto import ChannelStatus, IncomingPayment, PaymentPhase
from oms.models import Order, Payment, PaymentAllocation
from oms.services.orders.ingest import ingest_many
from oms.services.refunds import refundable
from tests.factories.basics import NOW
from tests.factories.incoming import Shop, incoming_line, incoming_order, paid, revised


def payment(number: str, amount: str, **told: object) -> IncomingPayment:
    return IncomingPayment(payment_no=number, amount=Decimal(amount), paid_at=NOW, **told)  # type: ignore[arg-type]


def test_sum_without_payments_is_one_payment_under_the_order_number(shop: Shop) -> None:
    order = shop.take_in(incoming_order("1001"))
    assert Payment.objects.get().payment_no == "1001"
    assert PaymentAllocation.objects.get().order == order
    assert Payment.objects.get().amount == order.paid_amount == 50


def test_unpaid_order_has_no_payment_and_owes_everything(shop: Shop) -> None:
    order = shop.take_in(incoming_order(channel_status=ChannelStatus.UNPAID))
    assert not Payment.objects.exists()
    assert (order.paid_amount, order.receivable) == (0, 50)


def test_cart_payment_pays_two_orders(shop: Shop) -> None:
    orders = [
        incoming_order("1", payments=(payment("CART", "50.00"),)),
        incoming_order("2", payments=(payment("CART", "30.00"),)),
    ]
    shop.sku()
    ingest_many(shop.store.pk, orders=orders, now=NOW)
    assert Payment.objects.get().amount == 80
    shares = PaymentAllocation.objects.order_by("order_id").values_list("amount", flat=True)
    assert list(shares) == [50, 30]


def test_cart_payment_grows_when_its_second_order_comes_later(shop: Shop) -> None:
    for number in ("1", "2"):
        told = incoming_order(number, payments=(payment("CART", "50.00"),))
        shop.tell(told)
        shop.tell(revised(told))
    assert Payment.objects.get().amount == 100
    assert PaymentAllocation.objects.count() == 2


def test_deposit_and_final_payment_are_two(shop: Shop) -> None:
    deposit = payment("D", "10.00", phase=PaymentPhase.DEPOSIT)
    final = payment("F", "40.00", phase=PaymentPhase.FINAL)
    told = incoming_order(channel_status=ChannelStatus.UNPAID, payments=(deposit,))
    shop.take_in(told)
    shop.tell(paid(told, payments=(deposit, final)))
    assert list(Payment.objects.order_by("pk").values_list("phase", "amount")) == [
        ("deposit", 10),
        ("final", 40),
    ]
    assert PaymentAllocation.objects.count() == 2


def test_paying_tells_what_was_paid_for_each_line(shop: Shop) -> None:
    lines = (incoming_line("P1", quantity=2), incoming_line("P2"))
    told = incoming_order(lines=lines, channel_status=ChannelStatus.UNPAID)
    order = shop.take_in(told)
    assert {line.paid_share for line in order.lines.all()} == {Decimal(0)}
    # The shop lowered the price before the buyer paid.
    shop.tell(paid(told, seller_discount=Decimal("30.00"), paid_amount=Decimal("120.00")))
    order = Order.objects.get()
    assert (order.paid_amount, order.receivable) == (120, 0)
    assert [str(line.paid_share) for line in order.lines.all()] == ["80.00", "40.00"]
    assert [str(item.paid_share) for item in order.items.all()] == ["80.00", "40.00"]
    first = order.items.order_by("pk")[0]
    assert refundable(order.pk, units={first.pk: 1}) == 40


def test_cod_order_is_receivable_until_the_carrier_collects(shop: Shop) -> None:
    told = incoming_order(paid_amount=Decimal(0), paid_at=None, freight=Decimal("8.00"))
    assert shop.take_in(told).receivable == 58


def test_overpaid_order_owes_nothing(shop: Shop) -> None:
    assert shop.take_in(incoming_order(paid_amount=Decimal("60.00"))).receivable == 0


def test_told_shares_are_kept_and_the_rest_is_shared_exactly(shop: Shop) -> None:
    lines = (
        incoming_line("P1", paid_share=Decimal("20.00")),
        incoming_line("P2", quantity=2),
        incoming_line("P3"),
    )
    order = shop.take_in(incoming_order(lines=lines, paid_amount=Decimal("120.00")))
    shares = [str(line.paid_share) for line in order.lines.all()]
    assert shares == ["20.00", "66.67", "33.33"]
