"""The board: every number is a door to exactly its rows, within the person's reach."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.access.roles import ROLES
from oms.admin.dashboard import board, lanes_for
from oms.models import Department, FulfillmentOrder, Store, User, Warehouse
from oms.queries.stations import STATIONS, UnknownStation, at_station
from oms.registries import BoardCount
from tests.factories.oms import FulfillmentOrderFactory, OrderFactory, UserFactory, grant
from tests.oms.admin.board_rows import fill
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.usefixtures("clock")


def counts(user: User, now: datetime) -> dict[str, BoardCount]:
    return {count.key: count for lane in lanes_for(user, now) for count in lane.counts}


def listed(client: Client, count: BoardCount) -> int:
    response = client.get(count.url)
    assert response.status_code == 200, count.url
    if "cl" not in response.context:
        return len(response.context["rows"])  # a page of one's own instead of a list
    return int(response.context["cl"].result_count)


def everywhere(role: str) -> User:
    """Make somebody with a role on everything there is."""
    company = Department.objects.create(code=role, name=role)
    company.stores.set(Store.objects.all())
    company.warehouses.set(Warehouse.objects.all())
    user: User = UserFactory.create(is_staff=True)
    grant(user, role, company)
    return user


def test_every_counter_lists_exactly_its_rows(world: World, now: datetime) -> None:
    fill(world, now)
    client = signed_in(world.root)
    found = counts(world.root, now)
    assert {key: listed(client, count) for key, count in found.items()} == {
        key: count.count for key, count in found.items()
    }
    waiting = {"cases.differs", "cases.inspect", "cases.stuck", "cases.money", "cases.failed"}
    waiting |= {"cases.exchange"}
    empty = {key for key, count in found.items() if not count.count}
    terms = {"cases.term_past", "cases.term_4", "cases.term_12"}
    assert empty <= waiting | terms | {"cases.claims", "warehouse.unclaimed"}


def test_every_role_counts_and_lists_the_same(world: World, now: datetime) -> None:
    fill(world, now)
    people = {role: everywhere(role) for role in sorted(ROLES)}
    wrong = {
        (role, key): (count.count, shown)
        for role, user in people.items()
        for client in [signed_in(user)]
        for key, count in counts(user, now).items()
        if (shown := listed(client, count)) != count.count
    }
    assert wrong == {}


def test_strangers_count_nothing(world: World, now: datetime) -> None:
    fill(world, now)
    assert {count.count for count in counts(world.stranger(), now).values()} == {0}
    assert counts(UserFactory.create(is_staff=True), now) == {}


def test_more_rows_do_not_mean_more_questions(world: World, now: datetime) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            board(world.root, now)
        return len(asked)

    fill(world, now)
    board(world.root, now)
    few = questions()
    fill_more(world)
    assert questions() == few <= 25


def fill_more(world: World) -> None:
    for _row in range(20):
        order = OrderFactory.create(store=world.store)
        FulfillmentOrderFactory.create(order=order, warehouse=world.warehouse)


def tones(user: User, now: datetime) -> dict[str, str]:
    return {
        card["url"].rpartition("=")[2]: card["tone"]
        for lane in board(user, now)["lanes"]
        for card in lane["cards"]
    }


@pytest.mark.parametrize(("hours", "tone"), [(-1, "red"), (3, "amber"), (9, "blue")])
def test_station_is_coloured_by_what_must_leave_first(
    world: World, now: datetime, hours: int, tone: str
) -> None:
    for due in (hours, 40):
        order = OrderFactory.create(store=world.store, ship_by=now + timedelta(hours=due))
        FulfillmentOrderFactory.create(order=order, warehouse=world.warehouse, picked=True)
    assert tones(world.root, now)["pack"] == tone
    assert tones(world.root, now)["pick"] == "grey"


def test_station_tells_since_when_its_oldest_document_waits(world: World, now: datetime) -> None:
    for hours in (1, 5):
        FulfillmentOrderFactory.create(
            warehouse=world.warehouse, waved=True, status_at=now - timedelta(hours=hours)
        )
    FulfillmentOrderFactory.create(warehouse=world.warehouse, released=True)
    found = counts(world.root, now)["station.pick"]
    assert (found.count, found.oldest_at) == (3, now - timedelta(hours=5))


def test_parcels_of_yesterday_are_not_shipped_today(
    world: World, now: datetime, clock: time_machine.Traveller
) -> None:
    fill(world, now)
    before = counts(world.root, now)["shipped"].count
    clock.shift(timedelta(days=1))
    tomorrow = now + timedelta(days=1)
    found = counts(world.root, tomorrow)["shipped"]
    assert before > 0
    assert (found.count, listed(signed_in(world.root), found)) == (0, 0)


def test_every_station_is_known_once_and_no_other() -> None:
    keys = [station.key for station in STATIONS]
    assert len(keys) == len(set(keys))
    with pytest.raises(UnknownStation):
        at_station(FulfillmentOrder.objects.all(), "nonsense")


def test_unknown_station_is_an_empty_list(world: World) -> None:
    FulfillmentOrderFactory.create(warehouse=world.warehouse)
    url = reverse("admin:oms_fulfillmentorder_changelist")
    response = signed_in(world.root).get(url, {"station": "nonsense"})
    assert response.context["cl"].result_count == 0


def test_wall_shows_the_same_board_without_the_rest(world: World, now: datetime) -> None:
    OrderFactory.create(store=world.store)
    response = signed_in(world.person("customer_service")).get(reverse("admin:wall"))
    page = response.content.decode()
    assert "?queue=review" in page
    assert "wall.js" in page
    assert "oms-places" not in page


def test_wall_asks_who_is_there(client: Client) -> None:
    assert client.get(reverse("admin:wall")).status_code == 302
