"""The moment of a store is set on its page; parcels that have passed it are told of."""

import pytest
from django.urls import reverse

from oms.models import OutboxEvent, Store
from tests.factories.oms import StoreFactory
from tests.oms.admin.world import World, signed_in

pytestmark = pytest.mark.django_db


def post(world: World, store: Store, **changed: object) -> int:
    client = signed_in(world.root)
    url = reverse("admin:oms_store_change", args=[store.pk])
    form = client.get(url).context["adminform"].form
    data = {name: form.initial.get(name) for name in form.fields}
    data = {name: value for name, value in (data | changed).items() if value not in (None, False)}
    return client.post(url, data).status_code


def test_change_of_the_moment_is_announced_and_nothing_else(world: World) -> None:
    store = StoreFactory.create()
    assert store.upload_moment == "hand_over"
    assert post(world, store, name="另一个名字") == 302
    assert not OutboxEvent.objects.filter(name="oms.upload.moment_changed").exists()
    assert post(world, store, upload_moment="label") == 302
    store.refresh_from_db()
    assert store.upload_moment == "label"
    event = OutboxEvent.objects.get(name="oms.upload.moment_changed")
    assert event.payload == {"store_ids": [store.pk]}
