"""The platform's own waybill service: numbers for receivers that only the platform can read."""

from collections.abc import Sequence
from datetime import datetime

from channels_sync.simulator.market.branches import Branch, branches_of
from channels_sync.simulator.market.ledger import Ledger
from channels_sync.simulator.market.orders import SHIPPABLE, Order
from channels_sync.simulator.market.refusals import NotFound, Refusal, WrongState
from channels_sync.simulator.market.store import Waybill

_DIGITS = {"sf": ("SF", 13), "zto": ("75", 13), "yto": ("YT", 13), "sto": ("77", 13)}


class NoSubscription(Refusal):
    """The shop has no branch of this carrier, or sends from another door than the branch knows."""


class SoldOut(Refusal):
    """Nothing is left of what the shop bought."""


class NotServed(Refusal):
    """The branch does not send there."""


class WaybillDesk:
    """Gives numbers and takes them back. Platforms have looked at the receiver before."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._store = ledger.store

    def issue(
        self,
        object_no: str,
        order_nos: Sequence[str],
        *,
        carrier: str,
        place: tuple[str, str, str, str] | None,
        at: datetime,
    ) -> Waybill:
        """Give a number; the same ``object_no`` of the caller's gets the first one again.

        ``carrier`` is our code, ``place`` the sender's (province, city, district, street); None
        where the platform does not look at it.
        """
        with self._ledger.lock:
            known = self._store.waybill_for(object_no)
            if known is not None:
                return known
            orders = [self._ledger.order(number) for number in order_nos]
            for order in orders:
                if order.status not in SHIPPABLE:
                    raise WrongState("订单状态不允许取号")
            branch = self._branch(carrier, place)
            self._check(branch, orders[0])
            prefix, width = _DIGITS.get(carrier, ("99", 13))
            waybill = Waybill(
                waybill_no=f"{prefix}{self._store.next_number():0{width}d}",
                object_no=object_no,
                carrier=carrier,
                order_nos=",".join(order_nos),
                issued_at=at.timestamp(),
            )
            self._store.save_waybill(waybill)
            return waybill

    def find(self, waybill_no: str, *, carrier: str) -> Waybill:
        """:raises NotFound: if there is none"""
        found = self._store.waybill(waybill_no)
        if found is None or found.carrier != carrier:
            raise NotFound("没有这个运单号")
        return found

    def void(self, waybill_no: str, *, carrier: str) -> None:
        """Take a number back, unless its parcel has left; a repeat is harmless."""
        with self._ledger.lock:
            waybill = self.find(waybill_no, carrier=carrier)
            for number in waybill.orders:
                order = self._ledger.order(number)
                if any(parcel.waybill_no == waybill_no for parcel in order.parcels):
                    raise WrongState("运单已揽收，不能取消")
            self._store.void_waybill(waybill_no)

    def left(self, branch: Branch) -> int | None:
        """Return how many numbers the shop may still take; None where nothing is counted."""
        if branch.limit is None:
            return None
        return branch.limit - self._store.count_waybills(branch.carrier)

    def check_usable(self, order_no: str, waybill_no: str) -> None:
        """Refuse to let an order leave under a number that was given back, or is another's."""
        waybill = self._store.waybill(waybill_no)
        if waybill is None:
            return
        if waybill.is_void:
            raise WrongState("运单号已取消，不能用于发货")
        if order_no not in waybill.orders:
            raise WrongState("运单号不属于这个订单")

    def _branch(self, carrier: str, place: tuple[str, str, str, str] | None) -> Branch:
        mine = branches_of(carrier) if carrier else []
        fitting = [branch for branch in mine if place in (None, branch.place)]
        if not mine:
            raise NoSubscription("没有开通这家快递公司的电子面单")
        if not fitting:
            raise NoSubscription("发货地址与网点登记的地址不一致")
        return fitting[0]

    def _check(self, branch: Branch, order: Order) -> None:
        left = self.left(branch)
        if left is not None and left <= 0:
            raise SoldOut("电子面单库存不足")
        if order.receiver.province in branch.not_served:
            raise NotServed("收件地址超出网点派送范围")
