from oms.models import Demand, OrderItem
from oms.services.inventory import demand
from tests.factories.incoming import Shop, incoming_line, incoming_order


def standing(shop: Shop) -> dict[int, tuple[int, int, int]]:
    """Return by item: (demand, assigned, cancelled)."""
    owed = dict(Demand.objects.values_list("order_item_id", "quantity"))
    return {
        item.pk: (owed[item.pk], item.assigned_quantity, item.cancelled_quantity)
        for item in OrderItem.objects.order_by("pk")
    }


def test_units_move_between_owed_assigned_and_cancelled(shop: Shop) -> None:
    lines = tuple(incoming_line(f"P{n}", quantity=n) for n in (1, 2, 3))
    shop.take_in(incoming_order(lines=lines))
    one, two, three = standing(shop)
    demand.cancel({three: 1})
    assert standing(shop) == {one: (1, 0, 0), two: (2, 0, 0), three: (2, 0, 1)}
    demand.assign_all([two, three])
    assert standing(shop) == {one: (1, 0, 0), two: (0, 2, 0), three: (0, 2, 1)}
    demand.unassign({two: 2, three: 1})
    assert standing(shop) == {one: (1, 0, 0), two: (2, 0, 0), three: (1, 1, 1)}
    demand.unassign({three: 1})
    demand.cancel({})
    assert standing(shop) == {one: (1, 0, 0), two: (2, 0, 0), three: (2, 0, 1)}


def test_what_was_shipped_elsewhere_is_owed_no_more(shop: Shop) -> None:
    kept = shop.take_in(incoming_order("1"))
    gone = shop.take_in(incoming_order("2"))
    demand.drop_all([gone.pk])
    assert dict(Demand.objects.values_list("order_item__order", "quantity")) == {
        kept.pk: 1,
        gone.pk: 0,
    }
    demand.unassign({})
    Demand.objects.filter(order_item__order=gone).update(quantity=1)
