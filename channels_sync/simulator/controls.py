"""What the buttons of the control page do."""

import json
from collections.abc import Callable, Mapping

from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.controls import press as press_market
from channels_sync.simulator.ownsite.orders import CannotBeDone
from channels_sync.simulator.ownsite.shop import buyer_of, cart_of
from channels_sync.simulator.simulator import Simulator

Fields = Mapping[str, str]


def press(simulator: Simulator, action: str, fields: Fields) -> None:
    """Do what a button says, and let what follows from it out at once.

    :raises CannotBeDone: unknown button, wrong values, or against the shop's rules
    """
    act = _act_for(simulator, action)
    try:
        act(simulator, fields)
    except (KeyError, ValueError, IndexError, ArithmeticError) as error:
        raise CannotBeDone("填写的内容不对") from error
    simulator.tick()


def _act_for(simulator: Simulator, action: str) -> Callable[[Simulator, Fields], None]:
    key, _slash, market_action = action.partition("/")
    if (booth := simulator.booths.get(key)) is not None:
        return lambda simulator, fields: press_market(
            booth, market_action, fields, now=simulator.clock()
        )
    if action not in _ACTIONS:
        raise CannotBeDone("没有这个操作")
    return _ACTIONS[action]


def _place(simulator: Simulator, fields: Fields) -> None:
    cart = cart_of(fields["sku_code"], int(fields["quantity"]))
    simulator.shop.place(
        buyer_of(fields["buyer"]), cart, is_paid=bool(fields.get("is_paid")), at=simulator.clock()
    )


def _act(simulator: Simulator, fields: Fields) -> None:
    shop, now = simulator.shop, simulator.clock()
    acts: dict[str, Callable[[str], object]] = {
        "pay": lambda order: shop.pay(order, at=now),
        "cancel": lambda order: shop.cancel(order, at=now),
        "move": lambda order: shop.move(order, at=now),
        "ask_refund": lambda order: shop.ask_refund(order, at=now),
        "ask_exchange": lambda order: shop.ask_refund(order, kind="exchange", at=now),
    }
    acts[fields["act"]](fields["order_id"])


def _request(simulator: Simulator, fields: Fields) -> None:
    requests, now = simulator.shop.requests, simulator.clock()
    acts: dict[str, Callable[[str], object]] = {
        "withdraw": lambda number: requests.withdraw(number, at=now),
        "send_back": lambda number: requests.send_back(number, at=now),
        "pay_back": lambda number: requests.pay_back(number, at=now),
    }
    acts[fields["act"]](fields["refund_id"])


def _place_abroad(simulator: Simulator, fields: Fields) -> None:
    cart = cart_of(fields["sku_code"], int(fields["quantity"]))
    simulator.shopify.place(
        buyer_of(fields["buyer"]), cart, is_paid=bool(fields.get("is_paid")), at=simulator.clock()
    )


def _act_abroad(simulator: Simulator, fields: Fields) -> None:
    shop, now = simulator.shopify, simulator.clock()
    acts: dict[str, Callable[[str], object]] = {
        "pay": lambda number: shop.pay(number, at=now),
        "cancel": lambda number: shop.cancel(number, at=now),
        "pay_back": lambda number: shop.pay_back(number, at=now),
        "ask_return": lambda number: shop.ask_return(number, at=now),
    }
    acts[fields["act"]](fields["order_id"])


def _scene(simulator: Simulator, fields: Fields) -> None:
    simulator.automatic.begin(at=simulator.clock(), scene=fields["scene"])


def _automatic(simulator: Simulator, fields: Fields) -> None:
    simulator.set_automatic(is_on=bool(fields.get("is_on")), rate=float(fields["rate"]))


def _plan_fault(simulator: Simulator, fields: Fields) -> None:
    fault = Fault(
        kind=FaultKind(fields["kind"]),
        place=fields.get("place") or "*",
        times=int(fields.get("times") or 1),
        seconds=float(fields.get("seconds") or 0),
    )
    simulator.faults.add(fault)


def _buy_twice(simulator: Simulator, fields: Fields) -> None:
    simulator.automatic.buy_twice(buyer_of(fields["buyer"]), at=simulator.clock())


def _adopt(simulator: Simulator, fields: Fields) -> None:
    """Take orders over that the other side knows from before this shop was opened."""
    for order in json.loads(fields["orders"]):
        simulator.shop.adopt(order)


def _send_again(simulator: Simulator, fields: Fields) -> None:
    box = simulator.shopify_outbox if fields.get("shop") == "shopify" else simulator.outbox
    box.send_again(int(fields["message_id"]), now=simulator.clock())


_ACTIONS: dict[str, Callable[[Simulator, Fields], None]] = {
    "place": _place,
    "act": _act,
    "request": _request,
    "shopify/place": _place_abroad,
    "shopify/act": _act_abroad,
    "shopify/expire": lambda simulator, _fields: simulator.shopify_tokens.expire(
        now=simulator.clock()
    ),
    "scene": _scene,
    "automatic": _automatic,
    "adopt": _adopt,
    "buy_twice": _buy_twice,
    "send_again": _send_again,
    "faults": _plan_fault,
    "faults/clear": lambda simulator, _fields: simulator.faults.clear(),
}
