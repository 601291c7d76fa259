"""What people change in forms is logged field by field, masked, with the place it belongs to."""

import pytest
from auditlog.registry import auditlog

from oms.audit.context import acting_as
from oms.models import AuditEntry, Department, Order, Store, TimelineEntry, User
from tests.factories.oms import (
    ListingFactory,
    OrderFactory,
    SkuFactory,
    StoreFactory,
    UserFactory,
    WarehouseFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    made: User = UserFactory.create()
    return made


def last() -> AuditEntry:
    entry: AuditEntry = AuditEntry.objects.latest("pk")
    return entry


def test_change_names_person_reason_and_store(user: User) -> None:
    store: Store = StoreFactory.create(name="before")
    with acting_as(user, remote_addr="10.0.0.8", reason="new season"):
        store.name = "after"
        store.save()
    entry = last()
    assert entry.changes == {"name": ["before", "after"]}
    assert (entry.actor, entry.reason, entry.remote_addr) == (user, "new season", "10.0.0.8")
    assert (entry.store_id, entry.warehouse_id) == (store.pk, None)


def test_each_entry_carries_the_place_of_its_own_row(user: User) -> None:
    warehouse = WarehouseFactory.create()
    listing = ListingFactory.create()
    sku = SkuFactory.create()
    with acting_as(user):
        listing.ratio = 2
        listing.save()
        assert (last().store_id, last().warehouse_id) == (listing.store_id, None)
        warehouse.name = "x"
        warehouse.save()
        assert (last().store_id, last().warehouse_id) == (None, warehouse.pk)
        sku.name = "x"
        sku.save()
        assert (last().store_id, last().warehouse_id) == (None, None)


def test_members_of_a_set_are_logged_without_a_place(user: User) -> None:
    store = StoreFactory.create()
    department = Department.objects.create(code="d", name="d")
    with acting_as(user):
        store.name = "x"
        store.save()
        department.save()
        department.stores.add(store)
    entry = last()
    assert entry.changes["stores"]["objects"] == [str(store)]
    assert entry.store_id is None


def test_personal_data_is_masked(user: User) -> None:
    with acting_as(user):
        user.email = "somebody@example.com"
        user.set_password("a-new-password-11")
        user.save()
        warehouse = WarehouseFactory.create(contact_phone="13800009876", contact_name="王一")
    text = str([entry.changes for entry in AuditEntry.objects.all()])
    assert warehouse.contact_phone not in text
    for clear in ("somebody@example.com", "王一", user.password):
        assert clear not in text


def test_entry_tells_of_columns_only() -> None:
    StoreFactory.create()
    entry = AuditEntry.objects.filter(content_type__model="store").get()
    columns = {column.name for column in Store._meta.concrete_fields}
    assert set(entry.changes) <= columns


def test_volume_is_left_to_the_timeline() -> None:
    OrderFactory.create()
    for model in (Order, TimelineEntry, AuditEntry):
        assert not auditlog.contains(model)
        name = model._meta.model_name
        assert not AuditEntry.objects.filter(content_type__model=name).exists()
