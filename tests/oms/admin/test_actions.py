"""What a button does: it asks first, acts by POST alone, through the service, and says so."""

import pytest
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.urls import reverse

from oms.access.checks import forget, may
from oms.models import (
    AuditEntry,
    Department,
    EventDelivery,
    EvidenceEntry,
    Listing,
    RoleAssignment,
    Store,
    StoreUserPermission,
    User,
)
from tests.factories.oms import PASSWORD, ListingFactory, SkuFactory, UserFactory, grant
from tests.oms.admin import rows
from tests.oms.admin.world import World, signed_in

YES = {"confirmed": "yes"}


@pytest.fixture
def root(world: World) -> Client:
    return signed_in(world.root)


@pytest.fixture
def somebody(world: World) -> User:
    made: User = UserFactory.create(is_staff=True)
    return made


def holds(user: User, store: Store) -> bool:
    forget(user)
    return may(user, "view_orders", store)


def test_role_is_given_by_the_service(world: World, root: Client, somebody: User) -> None:
    form = {"user": somebody.pk, "role": "finance", "store": world.store.pk}
    response = root.post(reverse("admin:oms_roleassignment_add"), form)
    assert response.status_code == 302
    given = RoleAssignment.objects.get(user=somebody)
    assert (given.role, given.store, given.granted_by) == ("finance", world.store, world.root)
    assert holds(somebody, world.store)
    assert EvidenceEntry.objects.get(kind="role.assign").actor_id == world.root.pk


@pytest.mark.parametrize("places", [(), ("store", "warehouse")])
def test_role_needs_exactly_one_place(
    world: World, root: Client, somebody: User, places: tuple[str, ...]
) -> None:
    where = {name: getattr(world, name).pk for name in places}
    form = {"user": somebody.pk, "role": "finance", **where}
    assert root.post(reverse("admin:oms_roleassignment_add"), form).status_code == 200
    assert not RoleAssignment.objects.exists()
    assert not StoreUserPermission.objects.exists()


def test_role_that_is_held_already_stays_one(world: World, root: Client, somebody: User) -> None:
    grant(somebody, "finance", world.store)
    form = {"user": somebody.pk, "role": "finance", "store": world.store.pk}
    assert root.post(reverse("admin:oms_roleassignment_add"), form).status_code == 302
    assert RoleAssignment.objects.count() == 1


def test_role_is_not_edited(world: World, root: Client, somebody: User) -> None:
    given = grant(somebody, "finance", world.store)
    form = {"user": somebody.pk, "role": "store_manager", "store": world.other_store.pk}
    url = reverse("admin:oms_roleassignment_change", args=[given.pk])
    assert root.post(url, form).status_code == 403
    given.refresh_from_db()
    assert (given.role, given.store) == ("finance", world.store)


def test_taking_a_role_away_asks_first(world: World, root: Client, somebody: User) -> None:
    given = grant(somebody, "finance", world.store)
    url = reverse("admin:oms_roleassignment_revoke", args=[given.pk])
    for response in (root.get(url), root.get(url, YES), root.post(url)):
        assert response.status_code == 200
        assert holds(somebody, world.store)
    assert root.post(url, YES).status_code == 302
    given.refresh_from_db()
    assert given.revoked_by == world.root
    assert not holds(somebody, world.store)
    assert EvidenceEntry.objects.filter(kind="role.revoke").count() == 1


def test_only_a_superuser_takes_roles_away(world: World, somebody: User) -> None:
    given = grant(somebody, "finance", world.store)
    url = reverse("admin:oms_roleassignment_revoke", args=[given.pk])
    for user in (world.person("store_manager"), world.stranger(), somebody):
        assert signed_in(user).post(url, YES).status_code == 403
        assert holds(somebody, world.store)
    assert Client().post(url, YES).status_code == 302
    assert holds(somebody, world.store)


def department_form(department: Department, stores: list[Store], **changes: object) -> object:
    names = {"name": department.name, "code": department.code, "parent": ""}
    return names | {"stores": [store.pk for store in stores], "warehouses": []} | changes


def test_members_of_a_department_are_what_its_roles_reach(
    world: World, root: Client, somebody: User
) -> None:
    department = Department.objects.create(code="east", name="east")
    grant(somebody, "finance", department)
    url = reverse("admin:oms_department_change", args=[department.pk])
    root.post(url, department_form(department, [world.store]))
    assert holds(somebody, world.store)
    root.post(url, department_form(department, [world.other_store]))
    assert not holds(somebody, world.store)
    assert holds(somebody, world.other_store)


def test_department_that_moves_takes_its_stores_along(
    world: World, root: Client, somebody: User
) -> None:
    old, new = (Department.objects.create(code=code, name=code) for code in ("old", "new"))
    moving = Department.objects.create(code="moving", name="moving", parent=old)
    moving.stores.add(world.store)
    other: User = UserFactory.create()
    grant(somebody, "finance", old)
    grant(other, "finance", new)
    url = reverse("admin:oms_department_change", args=[moving.pk])
    root.post(url, department_form(moving, [world.store], parent=new.pk))
    assert (holds(somebody, world.store), holds(other, world.store)) == (False, True)


def test_stuck_delivery_waits_again_after_a_yes(world: World, root: Client) -> None:
    stuck = rows.delivery(world)
    url = reverse("admin:oms_eventdelivery_changelist")
    chosen = {"action": "retry", "_selected_action": stuck.pk}
    asked = root.post(url, chosen)
    assert asked.status_code == 200
    assert stuck.handler in asked.content.decode()
    stuck.refresh_from_db()
    assert stuck.needs_person
    assert root.post(url, chosen | YES).status_code == 302
    stuck.refresh_from_db()
    assert not stuck.needs_person


def test_nobody_else_retries_deliveries(world: World) -> None:
    stuck = rows.delivery(world)
    chosen = {"action": "retry", "_selected_action": stuck.pk}
    for user in (world.stranger(), world.person("store_manager")):
        url = reverse("admin:oms_eventdelivery_changelist")
        assert signed_in(user).post(url, chosen | YES).status_code == 403
        assert EventDelivery.objects.filter(pk=stuck.pk, needs_person=True).exists()


def test_password_is_set_for_a_person(world: World, root: Client, somebody: User) -> None:
    url = reverse("admin:oms_user_set_password", args=[somebody.pk])
    new = {"password1": "quite-another-word-7", "password2": "quite-another-word-7"}
    assert root.post(url, new).status_code == 200
    somebody.refresh_from_db()
    assert somebody.check_password(PASSWORD)
    assert root.post(url, new | YES).status_code == 302
    somebody.refresh_from_db()
    assert somebody.check_password("quite-another-word-7")
    [entry] = AuditEntry.objects.get_for_object(somebody).filter(action=AuditEntry.Action.UPDATE)
    assert set(entry.changes["password"][0] + entry.changes["password"][1]) == {"*"}


def test_nobody_sets_another_persons_password(world: World, somebody: User) -> None:
    url = reverse("admin:oms_user_set_password", args=[somebody.pk])
    new = {"password1": "quite-another-word-7", "password2": "quite-another-word-7"}
    for user in (world.person("store_manager"), world.stranger()):
        assert signed_in(user).post(url, new | YES).status_code == 403
    somebody.refresh_from_db()
    assert somebody.check_password(PASSWORD)


def test_new_person_can_sign_in(world: World, root: Client) -> None:
    word = "quite-another-word-7"
    form = {"username": "new-person", "last_name": "王", "first_name": "一", "is_staff": "on"}
    passwords = {"password1": word, "password2": word}
    root.post(reverse("admin:oms_user_add"), form | passwords)
    made = User.objects.get(username="new-person")
    assert (made.check_password(word), made.is_staff, made.is_superuser) == (True, True, False)


def test_locked_out_person_may_try_again(world: World, root: Client) -> None:
    attempt = rows.lock_out(world)
    url = reverse("admin:axes_accessattempt_unlock", args=[attempt.pk])
    assert root.get(url).status_code == 200
    assert signed_in(world.stranger()).post(url, YES).status_code == 403
    assert AccessAttempt.objects.filter(pk=attempt.pk).exists()
    assert root.post(url, YES).status_code == 302
    assert not AccessAttempt.objects.filter(pk=attempt.pk).exists()


def listing_form(**changes: object) -> dict[str, object]:
    times = {"effective_from_0": "2026-11-11", "effective_from_1": "10:00"}
    return {"sku": "", "bundle": "", "ratio": "1", **times, **changes}


def test_listing_is_mapped_once_by_the_desk(world: World) -> None:
    sku = SkuFactory.create()
    listing: Listing = ListingFactory.create(store=world.store, sku=None)
    client = signed_in(world.person("customer_service"))
    url = reverse("admin:oms_listing_change", args=[listing.pk])
    form = listing_form(sku=sku.pk, title="not to be changed", store=world.other_store.pk)
    assert client.post(url, form).status_code == 302
    listing.refresh_from_db()
    assert (listing.sku, listing.store) == (sku, world.store)
    assert listing.title != "not to be changed"
    entry = AuditEntry.objects.get_for_object(listing).get(action=AuditEntry.Action.UPDATE)
    assert (entry.actor, entry.store_id) == (User.objects.get(pk=entry.actor_id), world.store.pk)


def test_listing_is_not_mapped_to_two_things(world: World, root: Client) -> None:
    listing: Listing = ListingFactory.create(store=world.store, sku=None)
    bundle = rows.bundle(world)
    url = reverse("admin:oms_listing_change", args=[listing.pk])
    response = root.post(url, listing_form(sku=SkuFactory.create().pk, bundle=bundle.pk))
    assert response.status_code == 200
    listing.refresh_from_db()
    assert (listing.sku, listing.bundle) == (None, None)


def test_store_manager_sets_up_his_own_store_only(world: World) -> None:
    client = signed_in(world.person("store_manager"))
    form = {
        "name": "renamed",
        "is_active": "on",
        "timezone": "Asia/Shanghai",
        "unpaid_expiry_minutes": "60",
        "ship_lead_minutes": "120",
        "merge_max_orders": "0",
        "upload_moment": "hand_over",
        "scan_within_hours": "24",
    }
    client.post(reverse("admin:oms_store_change", args=[world.store.pk]), form)
    client.post(reverse("admin:oms_store_change", args=[world.other_store.pk]), form)
    names = dict(Store.objects.values_list("pk", "name"))
    assert names[world.store.pk] == "renamed"
    assert names[world.other_store.pk] != "renamed"


def test_a_page_changes_nothing_by_being_looked_at(world: World, root: Client) -> None:
    order = rows.order(world)
    written: list[str] = []

    def note(execute: object, sql: str, params: object, many: bool, context: object) -> object:
        if sql.lstrip().upper().startswith(("UPDATE", "DELETE")) and "oms_" in sql:
            written.append(sql)
        return execute(sql, params, many, context)  # type: ignore[operator]

    with connection.execute_wrapper(note):
        root.get(reverse("admin:oms_order_change", args=[order.pk]))
        root.get(reverse("admin:oms_order_changelist"))
    assert written == []
