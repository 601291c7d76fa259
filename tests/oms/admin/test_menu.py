"""The sidebar, the tabs and the first page: each person's own work and nothing else."""

from datetime import datetime

import pytest
from django.contrib.admin import site
from django.test import Client, RequestFactory
from django.urls import reverse

from oms import registries
from oms.admin.menu import Group, areas, sidebar
from oms.admin.pages import PAGES
from oms.models import User
from oms.registries import BoardCount, BoardCounter
from tests.factories.oms import ListingFactory, OrderFactory, UserFactory
from tests.oms.admin import rows
from tests.oms.admin.world import World, signed_in


def groups(user: User) -> set[Group]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return {group for group, _entries in areas(request)}


def home(user: User) -> str:
    return signed_in(user).get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("customer_service", {Group.ENGINE, Group.TRUST}),
        ("warehouse_staff", {Group.ENGINE, Group.TRUST, Group.ORDERS, Group.CHANNELS}),
        ("finance", {Group.ENGINE, Group.TRUST}),
    ],
)
def test_areas_without_a_right_are_not_there(world: World, role: str, hidden: set[Group]) -> None:
    assert groups(world.person(role)) & hidden == set()


def test_superuser_sees_every_area_that_has_a_page(world: World) -> None:
    used = {page.menu.group for page in PAGES.values() if page.menu is not None}
    assert used <= groups(world.root)


def test_every_page_has_a_place_in_the_menu() -> None:
    assert [model.__name__ for model, page in PAGES.items() if page.menu is None] == []


def test_person_without_a_role_is_told_so(world: World) -> None:
    user = UserFactory.create(is_staff=True)
    assert groups(user) == set()
    assert reverse("admin:oms_order_changelist") not in home(user)


def test_first_page_counts_lead_to_the_rows(world: World) -> None:
    OrderFactory.create_batch(2, store=world.store)
    OrderFactory.create(store=world.other_store)
    ListingFactory.create(store=world.store, sku=None)
    user = world.person("customer_service")
    response = signed_in(user).get(reverse("admin:index"))
    cards = {
        card["url"]: card["count"] for lane in response.context["lanes"] for card in lane["cards"]
    }
    assert cards[reverse("admin:oms_order_changelist") + "?queue=review"] == 2
    assert cards[reverse("admin:oms_listing_changelist") + "?mapped=no"] == 1
    for url, count in cards.items():
        listed = signed_in(user).get(url)
        assert listed.status_code == 200
        assert listed.context["cl"].result_count == count, url


def test_registered_counters_stand_on_the_first_page(world: World, now: datetime) -> None:
    asked: list[User] = []

    def counts(user: User, at: datetime) -> list[BoardCount]:
        asked.append(user)
        return [BoardCount("x", "returns to inspect", 3, None, "/somewhere/", "amber")]

    registries.board_counters.register(BoardCounter("test-counter", counts))
    try:
        html = home(world.root)
    finally:
        registries.board_counters.unregister("test-counter")
    assert "returns to inspect" in html
    assert 'href="/somewhere/"' in html
    assert asked == [world.root]


def marked(user: User, url: str) -> list[str]:
    request = RequestFactory().get(url)
    request.user = user
    return [item["link"] for area in sidebar(request) for item in area["items"] if item["active"]]


def test_every_entry_of_the_menu_marks_itself_alone(world: World) -> None:
    request = RequestFactory().get("/admin/")
    request.user = world.root
    links = [item["link"] for area in sidebar(request) for item in area["items"]]
    assert {link: marked(world.root, link) for link in links} == {link: [link] for link in links}


def test_page_of_one_row_marks_its_list(world: World) -> None:
    url = reverse("admin:oms_order_changelist")
    assert marked(world.root, f"{url}7/change/") == [url]


def test_one_tab_is_marked_and_counts_are_the_persons_own(world: World) -> None:
    OrderFactory.create(store=world.store)
    OrderFactory.create(store=world.other_store)
    client = signed_in(world.person("customer_service"))
    response = client.get(reverse("admin:oms_order_changelist"), {"queue": "review"})
    [tabs] = response.context["tab_list"]
    [marked] = [tab for tab in tabs["items"] if tab["active"]]
    assert marked["title"].endswith(" 1")


def test_app_index_leads_home(world: World) -> None:
    response = signed_in(world.root).get(reverse("admin:app_list", args=["oms"]))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("admin:index"))


def found(client: Client, term: str) -> list[str]:
    response = client.get(reverse("admin:search"), {"s": term, "extended": "1"})
    context = response.context
    return [hit.url for hit in context["results"]] if context else []


def test_search_everywhere_finds_only_what_one_may_see(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    url = reverse("admin:oms_order_change", args=[order.pk])
    assert url in found(signed_in(world.person("customer_service")), order.order_no)
    for user in (world.stranger(), world.person("warehouse_staff")):
        assert url not in found(signed_in(user), order.order_no)
    assert found(signed_in(world.root), "") == []


def test_documents_are_found_by_their_own_right(world: World) -> None:
    parcel = rows.shipment(world)
    url = reverse("admin:oms_fulfillmentorder_change", args=[parcel.fulfillment_id])
    assert url in found(signed_in(world.person("warehouse_staff")), parcel.waybill_no or "")
    assert url not in found(signed_in(world.stranger()), parcel.waybill_no or "")


def test_rights_that_ended_end_the_search_too(world: World) -> None:
    order = OrderFactory.create(store=world.store)
    user = world.person("customer_service")
    client = signed_in(user)
    assert found(client, order.order_no) != []
    url = reverse("admin:oms_roleassignment_revoke", args=[user.role_assignments.get().pk])
    signed_in(world.root).post(url, {"confirmed": "yes"})
    assert found(client, order.order_no) == []


def test_site_is_ours() -> None:
    assert type(site._wrapped).__name__ == "OmsAdminSite"  # type: ignore[attr-defined]
