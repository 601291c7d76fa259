import pytest

from oms import registries
from oms.admin.words import action_label, status_label
from oms.registries import resolve_barcode
from tests.factories.oms import NOW
from tests.factories.warehouse import Floor
from warehouse.flows import (
    PICK_LINE_FLOW,
    PICK_TASK_FLOW,
    PUT_BACK_FLOW,
    UNCLAIMED_FLOW,
    WAVE_FLOW,
    WAYBILL_FLOW,
)
from warehouse.models import (
    BinStock,
    PickLine,
    PickTask,
    PutBackTask,
    UnclaimedParcel,
    Wave,
    Waybill,
)
from warehouse.pages.contributed import board_counts, order_panel, search
from warehouse.pages.words import WORDS
from warehouse.services.recalling import take_back

pytestmark = pytest.mark.django_db


def test_board_counts_what_the_warehouse_has_to_look_after() -> None:
    floor = Floor()
    sku = floor.goods(9)
    document = floor.document({sku: 1})
    floor.waves()
    floor.pick_all()
    floor.cancel(document)
    take_back([document.pk], now=NOW)
    BinStock.objects.filter(sku=sku, bin__kind="shelf").update(doubted_at=NOW)
    counts = {row.key: (row.count, row.oldest_at) for row in board_counts(floor.manager, NOW)}
    assert counts == {
        "warehouse.waybills": (0, None),
        "warehouse.parked": (0, None),
        "warehouse.put_backs": (1, NOW),
        "warehouse.doubts": (1, NOW),
        "warehouse.unclaimed": (0, None),
    }
    assert board_counts(Floor().person("customer_service"), NOW) == []
    assert all(row.count == 0 for row in board_counts(Floor().manager, NOW))


def test_numbers_are_found_by_those_who_may_see_them() -> None:
    floor = Floor()
    floor.document({floor.goods(9): 1})
    [wave] = floor.waves()
    assert [hit.title for hit in search(floor.manager, wave.wave_no.lower(), 5)] == [wave.wave_no]
    assert search(Floor().manager, wave.wave_no, 5) == []
    assert search(floor.manager, "", 5) == []
    assert search(floor.manager, "\x00'; --", 5) == []


def test_order_page_says_where_the_goods_are() -> None:
    floor = Floor()
    document = floor.document({floor.goods(9): 1})
    assert document.order is not None
    assert order_panel(document.order, floor.manager) == ""
    [wave] = floor.waves()
    assert wave.wave_no in order_panel(document.order, floor.manager)
    assert order_panel(document.order, Floor().manager) == ""


def test_codes_are_known_everywhere_within_ones_warehouses() -> None:
    floor = Floor()
    shelf = floor.shelf("Q-77")
    assert [match.kind for match in resolve_barcode(floor.worker, "q-77")] == ["bin"]
    assert resolve_barcode(Floor().worker, shelf.code) == []
    keys = [kind.key for kind in registries.barcode_kinds]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("model", "flow"),
    [
        (Wave, WAVE_FLOW),
        (PickTask, PICK_TASK_FLOW),
        (PickLine, PICK_LINE_FLOW),
        (Waybill, WAYBILL_FLOW),
        (PutBackTask, PUT_BACK_FLOW),
        (UnclaimedParcel, UNCLAIMED_FLOW),
    ],
)
def test_every_action_and_status_has_words(model: type, flow: object) -> None:
    assert model.FLOW is flow  # type: ignore[attr-defined]
    words = next(row for row in WORDS if row.key == model.SUBJECT)  # type: ignore[attr-defined]
    assert set(model.FLOW.steps) <= set(words.actions)  # type: ignore[attr-defined]
    assert set(model.FLOW.states) == set(words.statuses)  # type: ignore[attr-defined]
    action = next(iter(words.actions))
    assert action_label(action, words.key) == str(words.actions[action])
    state = next(iter(words.statuses))
    assert status_label(words.key, state) == str(words.statuses[state])
