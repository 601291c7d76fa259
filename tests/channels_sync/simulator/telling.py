"""What happens in a shop of the market, what it is told and tells: the same on every platform."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit

from channels_sync.connectors.knocks import Heard, Knock
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.outbound import LineUnits, ReturnAddress, ReturnAnswer, ShipmentPush
from channels_sync.connectors.pulling import OrderPage
from channels_sync.simulator.goods import BY_CODE
from channels_sync.simulator.market.orders import Order
from channels_sync.simulator.market.refunds import Refund, RefundKind
from oms.dto import ShipmentNotice

from .bench import Listener
from .lines_to import Lines

PLACE = ReturnAddress(
    name="仓库", phone="020-1234567", province="广东省", city="广州市", district="白云区",
    address="示例路 1 号",
)  # fmt: skip


def cart_of_two(shop: Lines, discount: str = "0.00", *, has_gift: bool = False) -> Order:
    """Have two goods bought, three units in all."""
    cart = ((BY_CODE["HOOD-02"], 1), (BY_CODE["SOCK-04"], 2))
    return shop.market.place(
        3,
        cart,
        is_paid=True,
        at=shop.bench.now,
        discount=Decimal(discount),
        has_gift=has_gift,
    )


def five_orders(shop: Lines) -> set[str]:
    """Have five bought, a second apart; return their numbers."""
    numbers = set()
    for _order in range(5):
        shop.bench.now += timedelta(seconds=1)
        numbers.add(shop.order().number)
    return numbers


def walk(fetch: Callable[[str | None], OrderPage]) -> tuple[str | None, set[str]]:
    """Read page after page, eight at most; return the last cursor and the numbers found."""
    found, cursor = set[str](), None
    for _page in range(8):
        page = fetch(cursor)
        found |= {order.channel_order_no for order in page.orders}
        cursor = page.cursor
        if cursor is None:
            break
    return cursor, found


def shipment(order: Order, *lines: int, number: str = "SF1000000000001") -> ShipmentPush:
    """Write a parcel of the whole order, or of some of its lines."""
    chosen = [order.lines[at] for at in lines] or list(order.lines)
    notice = ShipmentNotice(
        channel_order_no=order.number,
        carrier="sf",
        waybill_no=number,
        shipped_at=order.modified_at,
        is_split=bool(lines),
    )
    units = tuple(LineUnits(channel_line_no=one.number, quantity=one.quantity) for one in chosen)
    return ShipmentPush(key=f"ship-{number}", package_no="PK1", notice=notice, lines=units)


def ask(shop: Lines, order: Order, kind: RefundKind = RefundKind.REFUND_ONLY) -> Refund:
    """Have the buyer ask for the first line's money back."""
    line, requests = order.lines[0].number, shop.market.requests
    return requests.ask(order.number, line, kind=kind, reason="不想要了", at=shop.bench.now)


def answer(refund: Refund, *, is_agreed: bool, number: str = "") -> ReturnAnswer:
    """Write our yes or no; ``number`` is the request's own, where we know it by another."""
    return ReturnAnswer(
        key="a",
        channel_order_no=refund.order_no,
        channel_refund_no=number or refund.number,
        case_no="C1",
        is_agreed=is_agreed,
        return_to=PLACE,
    )


def heard(shop: Lines, listener: Listener, index: int = -1) -> Heard:
    """Read a push as the system does.

    :raises NotProved: if it does not prove who sent it
    """
    headers, body = listener.posts[index]
    knock = Knock(
        method="POST",
        path="/",
        query=urlsplit(listener.paths[index]).query,
        headers={name.lower(): value for name, value in headers.items()},
        body=body,
    )
    return listeners.get(shop.kind).hear(knock, credentials=shop.credentials)
