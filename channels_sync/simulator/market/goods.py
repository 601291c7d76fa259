"""The shops' goods under the ids of a platform, and orders of them."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from channels_sync.simulator.buyers import Person
from channels_sync.simulator.goods import NOBODY_SELLS, PRODUCTS, Cart, Product
from channels_sync.simulator.market.orders import ZERO, Line, LineKind, Receiver
from channels_sync.simulator.market.store import Stock

FREIGHT = Decimal("8.00")
FREE_FROM = Decimal(99)
FIRST_STOCK = 100
_ALL = (*PRODUCTS, NOBODY_SELLS)
_GIFT = PRODUCTS[-2]
_CENT = Decimal("0.01")


def product_id(product: Product) -> str:
    return f"6700{_ALL.index(product):08d}"


def sku_id(product: Product) -> str:
    return f"5100{_ALL.index(product):09d}"


def first_stock() -> list[Stock]:
    """List what a shop offers when it opens."""
    return [
        Stock(product_id(product), sku_id(product), product.sku_code, FIRST_STOCK)
        for product in PRODUCTS
    ]


def lines_of(
    cart: Cart, numbers: Iterator[str], *, discount: Decimal, is_platforms: bool, has_gift: bool
) -> tuple[Line, ...]:
    """Write the lines of a cart; a discount is shared out by price, its rest on the last."""
    goods = sum((Decimal(product.yuan) * quantity for product, quantity in cart), ZERO)
    lines, rest = list[Line](), min(discount, goods)
    for at, (product, quantity) in enumerate(cart, start=1):
        part = (discount * product.yuan * quantity / goods).quantize(_CENT)
        share = rest if at == len(cart) else min(part, rest)
        rest -= share
        line = _line(product, quantity, next(numbers), price=Decimal(product.yuan))
        lines.append(_cheaper(line, share, is_platforms=is_platforms))
    if has_gift:
        lines.append(_line(_GIFT, 1, next(numbers), price=ZERO, kind=LineKind.GIFT))
    return tuple(lines)


def receiver_of(person: Person) -> Receiver:
    return Receiver(
        name=person.name,
        phone=person.phone,
        province=person.province,
        city=person.city,
        district=person.district,
        street=person.street,
    )


def _line(
    product: Product, quantity: int, number: str, *, price: Decimal, kind: LineKind = LineKind.GOODS
) -> Line:
    return Line(
        number=number,
        product_id=product_id(product),
        sku_id=sku_id(product),
        merchant_code=product.sku_code,
        title=product.title,
        quantity=quantity,
        price=price.quantize(_CENT),
        kind=kind,
    )


def _cheaper(line: Line, share: Decimal, *, is_platforms: bool) -> Line:
    return replace(line, platform_discount=share) if is_platforms else replace(line, discount=share)
