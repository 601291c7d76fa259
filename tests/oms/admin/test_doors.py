"""A form names the rows it points to, and leads only to those that the person may open."""

import pytest
from django.urls import reverse

from oms.models import Listing
from tests.oms.admin.rows import ROWS
from tests.oms.admin.world import World, signed_in


@pytest.mark.parametrize(
    ("role", "leads"), [("customer_service", False), ("store_manager", True), ("", True)]
)
def test_listing_leads_to_its_store_for_whoever_sets_stores_up(
    world: World, role: str, leads: bool
) -> None:
    listing = ROWS[Listing](world)
    store = reverse("admin:oms_store_change", args=[world.store.pk])
    client = signed_in(world.person(role) if role else world.root)
    page = client.get(reverse("admin:oms_listing_change", args=[listing.pk]))
    assert world.store.name in page.text
    assert (f'href="{store}"' in page.text) is leads
    assert (client.get(store).status_code == 200) is leads
