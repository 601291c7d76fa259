"""Orders as a channel tells them, and a shop that can take them in. All of it is invented."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from oms.dto import ChannelStatus, IncomingBuyer, IncomingLine, IncomingOrder, PlainReceiver
from oms.models import Listing, Order, Sku, StockMovement, Store, Warehouse
from oms.services.inventory.stock import Change, apply
from oms.services.orders.ingest import Outcome, ingest
from tests.factories.basics import (
    NOW,
    ListingFactory,
    StoreFactory,
    WarehouseFactory,
    plain_receiver,
)

HOME = plain_receiver(0)
"""In Hangzhou, where ``WarehouseFactory`` puts its warehouses too."""
_UNPAID = (ChannelStatus.UNPAID, ChannelStatus.CANCELLED)


def at(minutes: float) -> datetime:
    """Return the moment so many minutes after ``NOW``."""
    return NOW + timedelta(minutes=minutes)


def moved_to(street: str) -> PlainReceiver:
    """Return the same person behind another door."""
    return replace(HOME, street=street)


def incoming_line(product: str = "P1", **told: Any) -> IncomingLine:
    """``incoming_line("P2", quantity=3)``: the listing's product id, 50 yuan apiece."""
    plain: dict[str, Any] = {
        "title": f"样品 {product}",
        "channel_product_id": product,
        "quantity": 1,
        "unit_price": Decimal("50.00"),
    }
    return IncomingLine(**(plain | told))


def incoming_order(number: str = "1001", **told: Any) -> IncomingOrder:
    """A paid order of buyer-1 for one piece of P1, sent home; the amounts follow from its lines."""
    lines = told.pop("lines", (incoming_line(),))
    status = told.get("channel_status", ChannelStatus.PAID)
    goods = sum((line.unit_price * line.quantity for line in lines), Decimal(0))
    is_paid = status not in _UNPAID
    plain: dict[str, Any] = {
        "channel_status": status,
        "channel_modified_at": NOW,
        "ordered_at": NOW - timedelta(hours=2),
        "paid_at": NOW - timedelta(hours=1) if is_paid else None,
        "currency": "CNY",
        "goods_amount": goods,
        "paid_amount": goods + told.get("freight", Decimal(0)) if is_paid else Decimal(0),
        "receiver": HOME,
        "buyer": IncomingBuyer(channel_buyer_id="buyer-1", nickname="买家1"),
    }
    return IncomingOrder(channel_order_no=number, lines=tuple(lines), **(plain | told))


def revised(order: IncomingOrder, *, minutes: float = 1, **told: Any) -> IncomingOrder:
    """Return a revision of the order, changed on the channel so many minutes later."""
    modified_at = order.channel_modified_at + timedelta(minutes=minutes)
    return replace(order, **({"channel_modified_at": modified_at} | told))


def paid(order: IncomingOrder, *, minutes: float = 1, **told: Any) -> IncomingOrder:
    """Return the unpaid order after the buyer paid for it."""
    due = order.goods_amount + order.freight - order.seller_discount - order.platform_discount
    paid_at = order.channel_modified_at + timedelta(minutes=minutes)
    changes = {"channel_status": ChannelStatus.PAID, "paid_amount": due, "paid_at": paid_at}
    return revised(order, minutes=minutes, **(changes | told))


@dataclass
class Shop:
    """A store whose listings P1, P2, ... are mapped, and a warehouse of its own."""

    store: Store = field(default_factory=StoreFactory.create)
    warehouse: Warehouse = field(default_factory=WarehouseFactory.create)

    def listing(self, product: str = "P1") -> Listing:
        """Return the product's listing, mapped to a SKU of its own if it was not listed yet."""
        where = {"store": self.store, "channel_product_id": product}
        known = Listing.objects.filter(**where).first()
        return known or ListingFactory.create(channel_sku_id="", **where)

    def sku(self, product: str = "P1") -> Sku:
        sku = self.listing(product).sku
        assert sku is not None
        return sku

    def stock(self, units: int, product: str = "P1", *, warehouse: Warehouse | None = None) -> None:
        """Put units on the shelf, as a delivery would."""
        place = warehouse or self.warehouse
        kind = StockMovement.Kind.RECEIVE
        apply([Change(place.pk, self.sku(product).pk, kind, on_hand=units)], now=NOW)

    def tell(self, order: IncomingOrder, *, now: datetime = NOW) -> Outcome:
        """Let the channel tell an order; its listings are mapped."""
        for line in order.lines:
            self.listing(line.channel_product_id)
        return ingest(self.store.pk, order=order, now=now)

    def take_in(self, order: IncomingOrder | None = None, *, now: datetime = NOW) -> Order:
        """Let the channel tell an order and return its row."""
        outcome = self.tell(order or incoming_order(), now=now)
        assert outcome.order_id is not None, str(outcome.refusal)
        return Order.objects.get(pk=outcome.order_id)
