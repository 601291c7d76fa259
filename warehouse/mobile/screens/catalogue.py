"""Every station: its screen, the right it needs, and what waits there."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from oms.models import User, Warehouse
from warehouse.mobile import messages
from warehouse.mobile.screens import hand_over, pack, pick, put_back, receive
from warehouse.mobile.screens.screen import ParcelView, Screen
from warehouse.services import handing_over, putting_back
from warehouse.services.packing import desk
from warehouse.services.picking import claiming
from warehouse.services.receiving import desk as receiving


@dataclass(frozen=True, slots=True)
class Station:
    """``waiting`` counts what is to be done there, ``is_going`` tells whether the person is in the
    middle of something there: both for the first page."""

    key: str
    permission: str
    screen: Callable[[User, Warehouse], Screen]
    waiting: Callable[[int], int] = lambda _warehouse_id: 0
    is_going: Callable[[User, int], bool] = lambda _user, _warehouse_id: False


def _find(user: User, warehouse: Warehouse) -> Screen:
    return Screen(
        station="find",
        title=messages.TITLES["find"],
        hint=messages.SCAN_ANYTHING,
        context={"station": "find", "warehouse": warehouse.pk},
        verb=messages.SCAN_ANYTHING,
    )


def _at_dock(warehouse_id: int) -> int:
    return sum(handing_over.waiting(warehouse_id).values())


def _to_put_back(warehouse_id: int) -> int:
    return len(putting_back.waiting(warehouse_id))


def _picks(user: User, warehouse_id: int) -> bool:
    return claiming.current(user, warehouse_id=warehouse_id) is not None


def _packs(user: User, warehouse_id: int) -> bool:
    return desk.current(user, warehouse_id=warehouse_id) is not None


def _hands_over(user: User, warehouse_id: int) -> bool:
    return bool(handing_over.collected(handing_over.current(user, warehouse_id=warehouse_id)))


def _receives(user: User, warehouse_id: int) -> bool:
    return receiving.current(user, warehouse_id=warehouse_id) is not None


def _puts_back(user: User, warehouse_id: int) -> bool:
    return putting_back.current(user, warehouse_id=warehouse_id) is not None


STATIONS = {
    station.key: station
    for station in (
        Station("pick", "pick", pick.screen, claiming.waiting, _picks),
        Station("pack", "pack", pack.screen, desk.waiting, _packs),
        Station("label", "pack", pack.labels),
        Station("hand_over", "hand_over", hand_over.screen, _at_dock, _hands_over),
        Station("receive", "receive_returns", receive.screen, receiving.waiting, _receives),
        Station("put_back", "pick", put_back.screen, _to_put_back, _puts_back),
        Station("find", "view_fulfillment", _find),
    )
}


def as_json(screen: Screen | ParcelView) -> dict[str, Any]:
    """Return a screen as plain values, its texts in the active language."""
    plain: dict[str, Any] = _plain(asdict(screen))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, int | float | bool | None) else str(value)
