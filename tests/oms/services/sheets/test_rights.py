import pytest

from oms.access.checks import NotAllowed
from oms.models import Job, Store, User, Warehouse
from oms.services.sheets import jobs
from oms.services.sheets.kinds import UnknownKind, kind_of, kinds
from oms.services.sheets.rights import NoPlace, may_import, may_import_any, places
from tests.factories.oms import NOW, StoreFactory, UserFactory, WarehouseFactory, grant
from tests.oms.services.sheets.files import as_csv, tried

SKUS = [["sku", "name"], ["A", "a"]]


@pytest.fixture
def store(db: None) -> Store:
    StoreFactory.create()
    made: Store = StoreFactory.create()
    return made


@pytest.fixture
def warehouse(db: None) -> Warehouse:
    WarehouseFactory.create()
    made: Warehouse = WarehouseFactory.create()
    return made


def person(role: str, place: Store | Warehouse) -> User:
    user: User = UserFactory.create()
    grant(user, role, place)
    return user


def lists_of(user: User) -> list[str]:
    return [kind.key for kind in kinds() if may_import_any(kind, user=user)]


def test_store_manager_imports_goods_and_the_listings_of_their_store(store: Store) -> None:
    user = person("store_manager", store)
    assert lists_of(user) == ["skus", "barcodes", "bundles", "listings"]
    assert places(kind_of("listings"), user=user) == [store]
    assert may_import(kind_of("listings"), user=user, place_id=store.pk)
    assert not may_import(kind_of("listings"), user=user, place_id=store.pk - 1)


def test_warehouse_manager_imports_the_lists_of_their_warehouse(warehouse: Warehouse) -> None:
    user = person("warehouse_manager", warehouse)
    assert lists_of(user) == ["bins", "opening_stock"]
    assert places(kind_of("bins"), user=user) == [warehouse]
    assert not may_import(kind_of("opening_stock"), user=user, place_id=warehouse.pk - 1)


@pytest.mark.parametrize("role", ["customer_service", "finance", "auditor"])
def test_others_import_nothing(store: Store, role: str) -> None:
    assert lists_of(person(role, store)) == []


def test_superuser_imports_everything(root: User, store: Store, warehouse: Warehouse) -> None:
    assert lists_of(root) == [kind.key for kind in kinds()]
    assert len(places(kind_of("bins"), user=root)) == 2
    root.is_active = False
    assert not may_import(kind_of("skus"), user=root, place_id=None)


def test_file_of_somebody_without_the_right_is_not_even_kept(store: Store) -> None:
    user = person("customer_service", store)
    with pytest.raises(NotAllowed):
        jobs.try_out("skus", place_id=None, file=as_csv(SKUS), actor=user, now=NOW)
    with pytest.raises(NotAllowed):
        jobs.try_out("listings", place_id=store.pk, file=as_csv(SKUS), actor=user, now=NOW)
    assert not Job.objects.exists()


def test_trial_is_seen_and_started_by_those_who_may_import_it(root: User, store: Store) -> None:
    trial = tried("skus", SKUS, actor=root)
    manager, desk = person("store_manager", store), person("customer_service", store)
    assert jobs.job_of(trial.pk, user=manager) == trial
    assert jobs.recent(manager) == [trial]
    assert jobs.recent(desk) == []
    with pytest.raises(Job.DoesNotExist):
        jobs.job_of(trial.pk, user=desk)
    with pytest.raises(Job.DoesNotExist):
        jobs.take_over(trial.pk, actor=desk, now=NOW)


def test_place_must_be_named_where_one_belongs_and_only_there(root: User, store: Store) -> None:
    for kind, place_id in (("skus", store.pk), ("listings", None), ("bins", None)):
        with pytest.raises(NoPlace):
            jobs.try_out(kind, place_id=place_id, file=as_csv(SKUS), actor=root, now=NOW)


def test_unknown_list_is_refused(root: User) -> None:
    with pytest.raises(UnknownKind):
        jobs.try_out("dreams", place_id=None, file=as_csv(SKUS), actor=root, now=NOW)
