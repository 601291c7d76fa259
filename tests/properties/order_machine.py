"""Everything that may happen to orders, in any order, while a clock moves on."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from oms.dto import ChannelStatus, IncomingBuyer, IncomingOrder, PaymentTerms
from oms.models import FulfillmentOrder, MergeGroup, Order, OrderHold
from oms.queries.proofs import violations
from oms.refusals import Refusal
from oms.services.desk.acts import ACTS, Asked, perform
from oms.services.desk.documents import stop_document
from oms.services.dispatch import dispatch, retry_shortages
from oms.services.holds import hold_order, release_hold
from oms.services.merging.by_hand import merge_by_hand
from oms.services.merging.scan import scan
from oms.services.merging.undoing import allow_merging, keep_apart, unmerge
from oms.services.orders.cancel import cancel_order
from oms.services.orders.readdressing import NewAddress, change_address
from oms.services.review import unapprove_order
from tests.factories.basics import WarehouseFactory, plain_receiver
from tests.factories.incoming import Shop, at, incoming_line, incoming_order, paid, revised
from tests.oms.services.floor import Floor
from tests.properties.standing import lines_of_frozen, misplaced, stuck

C = ChannelStatus
PRODUCTS = ("P1", "P2", "P3")
STATIONS = ("wave", "claim", "pick", "pack", "ship")
MINUTES = st.integers(0, 12)


def _mostly(usual: object, *others: object) -> st.SearchStrategy[Any]:
    """Draw the usual value about three times in four."""
    return st.sampled_from([usual] * 3 * len(others) + list(others))


BASKETS = st.lists(st.tuples(st.sampled_from(PRODUCTS), st.integers(1, 2)), min_size=1, max_size=2)
ORDERS = st.fixed_dictionaries(
    {
        "basket": BASKETS,
        "buyer": _mostly(0, None, 1),
        "door": _mostly(0, None, 1),
        "carrier": _mostly("", "sf"),
        "ship_by": st.sampled_from([None, 200, 400]),
        "terms": _mostly(PaymentTerms.PREPAID, PaymentTerms.COD),
        "status": _mostly(C.PAID, C.UNPAID, C.PARTLY_SHIPPED, C.SHIPPED),
    }
)


class OrderLife(RuleBasedStateMachine):
    """Each example lives in a transaction of its own, undone at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.minute = 0
        self.told: dict[str, IncomingOrder] = {}
        self.frozen: dict[int, int] = {}

    def teardown(self) -> None:
        try:
            if self.told:
                self.everything_goes_on_in_the_end()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @initialize(orders=st.lists(ORDERS, min_size=2, max_size=4))
    def open_shop(self, orders: list[dict[str, Any]]) -> None:
        self.shop, self.floor = Shop(), Floor.open()
        self.far = WarehouseFactory.create(province="四川省", city="成都市", priority=200)
        for product in PRODUCTS:
            self.shop.stock(8, product)
            self.shop.stock(2, product, warehouse=self.far)
        for order in orders:
            self.order_comes(order)

    @rule(order=ORDERS)
    def order_comes(self, order: dict[str, Any]) -> None:
        lines = tuple(
            incoming_line(product, quantity=units, channel_line_no=str(i))
            for i, (product, units) in enumerate(order["basket"])
        )
        buyer, door, ship_by = order["buyer"], order["door"], order["ship_by"]
        self.tell(
            incoming_order(
                f"N{len(self.told)}",
                lines=lines,
                channel_status=order["status"],
                channel_modified_at=at(self.minute),
                buyer=None if buyer is None else IncomingBuyer(channel_buyer_id=f"b{buyer}"),
                receiver=None if door is None else plain_receiver(door),
                promised_carrier=order["carrier"],
                payment_terms=order["terms"],
                ship_by=None if ship_by is None else at(self.minute + ship_by),
            )
        )

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def channel_tells_news(self, data: st.DataObject) -> None:
        order = self.told[data.draw(st.sampled_from(sorted(self.told)))]
        news: dict[str, Callable[[], IncomingOrder]] = {
            "memo": lambda: self.later(order, seller_memo="x"),
            "pay": lambda: paid(order, minutes=self.since(order)),
            "cancel": lambda: self.later(order, channel_status=C.CANCELLED),
            "ship": lambda: self.later(order, channel_status=C.SHIPPED),
            "ship part": lambda: self.later(order, channel_status=C.PARTLY_SHIPPED),
            "hold": lambda: self.later(order, platform_hold="risk"),
            "free": lambda: self.later(order, platform_hold=""),
            "move": lambda: self.later(
                order, receiver=plain_receiver(data.draw(st.integers(0, 2)))
            ),
            "carrier": lambda: self.later(order, promised_carrier="zto"),
            "deadline": lambda: self.later(order, ship_by=at(self.minute + 150)),
            "lines": lambda: self.later(order, lines=(*order.lines, incoming_line("P1"))),
            "less": lambda: self.later(order, lines=_less(order, data.draw(st.integers(1, 2)))),
            "old": lambda: replace(order, channel_modified_at=at(-500), seller_memo="old"),
            "same": lambda: order,
        }
        self.tell(news[data.draw(st.sampled_from(sorted(news)))]())

    @rule(data=st.data())
    def person_acts(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(list(Order.objects.order_by("pk"))))
        hold = OrderHold.objects.filter(released_at=None).order_by("-pk").first()
        group = MergeGroup.objects.order_by("-pk").first()
        acts: dict[str, Callable[..., Any]] = {
            "cancel": lambda **on: cancel_order(order.pk, reason="", **on),
            "hold": lambda **on: hold_order(order.pk, detail="", **on),
            "unapprove": lambda **on: unapprove_order(order.pk, reason="", **on),
        }
        if hold is not None:
            acts["release"] = acts["free"] = lambda **on: release_hold(hold.pk, note="", **on)
        if group is not None:
            acts["take apart"] = lambda **on: unmerge(group.pk, reason="", **on)
        self.may_be_refused(acts[data.draw(st.sampled_from(sorted(acts)))])

    @rule(data=st.data())
    def desk_acts(self, data: st.DataObject) -> None:
        orders = list(Order.objects.order_by("pk"))
        order = data.draw(st.sampled_from(orders))
        several = data.draw(st.lists(st.sampled_from(orders), min_size=2, max_size=4))
        document = FulfillmentOrder.objects.order_by("-pk").first()
        door = plain_receiver(data.draw(st.integers(0, 2)))
        address = NewAddress(
            **{part: getattr(door, part) for part in ("name", "phone", "city", "street")}
        )
        acts: dict[str, Callable[..., Any]] = {
            "merge": lambda **on: merge_by_hand([one.pk for one in several], **on),
            "apart": lambda **on: keep_apart(order.pk, reason="", **on),
            "let": lambda **on: allow_merging(order.pk, **on),
            "move": lambda **on: change_address(order.pk, address=address, reason="", **on),
            "now": lambda **on: perform(ACTS["release_now"], order_id=order.pk, asked=Asked(**on)),
        }
        if document is not None:
            acts["stop"] = lambda **on: stop_document(document.pk, reason="", **on)
        self.may_be_refused(acts[data.draw(st.sampled_from(sorted(acts)))])

    @precondition(lambda self: FulfillmentOrder.objects.filter(status="released").exists())
    @rule(data=st.data(), station=st.sampled_from(STATIONS))
    def warehouse_works(self, data: st.DataObject, station: str) -> None:
        released = FulfillmentOrder.objects.filter(status="released").order_by("pk")
        document = data.draw(st.sampled_from(list(released)))
        self.floor.now = at(self.minute)
        self.may_be_refused(lambda **_on: getattr(self.floor, station)(document))

    @rule(product=st.sampled_from(PRODUCTS), units=st.integers(1, 6), far=st.booleans())
    def goods_arrive(self, product: str, units: int, far: bool) -> None:
        self.shop.stock(units, product, warehouse=self.far if far else None)
        retry_shortages(now=at(self.minute))

    @rule(minutes=MINUTES)
    def worker_sends_on(self, minutes: int) -> None:
        self.minute += minutes
        dispatch(now=at(self.minute))

    @rule(minutes=MINUTES)
    def worker_looks_for_siblings(self, minutes: int) -> None:
        self.minute += minutes
        dispatch(now=at(self.minute))
        scan(now=at(self.minute))

    @invariant()
    def books_add_up(self) -> None:
        found = [*violations(), *misplaced()]
        assert not found, found
        now = lines_of_frozen()
        grown = [pk for pk, units in self.frozen.items() if now.get(pk, 0) > units]
        assert not grown, grown
        self.frozen = now

    def everything_goes_on_in_the_end(self) -> None:
        """No order stands still for ever without a reason that somebody can see."""
        for product in PRODUCTS:
            self.shop.stock(500, product)
        for _round in range(4):
            self.minute += 15
            retry_shortages(now=at(self.minute))
            scan(now=at(self.minute))
            dispatch(now=at(self.minute))
        self.books_add_up()
        forgotten = stuck()
        assert not forgotten, forgotten

    def tell(self, order: IncomingOrder) -> None:
        outcome = self.shop.tell(order, now=at(self.minute))
        assert outcome.refusal is None, str(outcome.refusal)
        known = self.told.get(order.channel_order_no)
        if known is None or order.channel_modified_at >= known.channel_modified_at:
            self.told[order.channel_order_no] = order

    def since(self, order: IncomingOrder) -> float:
        passed = (at(self.minute) - order.channel_modified_at).total_seconds() / 60
        return max(passed, 0) + 0.01

    def later(self, order: IncomingOrder, **changes: Any) -> IncomingOrder:
        return revised(order, minutes=self.since(order), **changes)

    def may_be_refused(self, act: Callable[..., Any]) -> None:
        """A refusal is an answer; whatever it left undone must not be half done."""
        try:
            with transaction.atomic():
                act(actor=self.floor.actor, now=at(self.minute))
        except Refusal:
            pass


def _less(order: IncomingOrder, units: int) -> tuple[Any, ...]:
    """Cancel some more units of the first line."""
    first, *others = order.lines
    cancelled = min(first.cancelled_quantity + units, first.quantity)
    return (replace(first, cancelled_quantity=cancelled), *others)
