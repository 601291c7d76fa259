"""Two shops, two warehouses, and people with roles in one of them, for the pages' tests."""

from dataclasses import dataclass

from django.test import Client

from oms.models import Store, User, Warehouse
from tests.factories.oms import StoreFactory, UserFactory, WarehouseFactory, grant


@dataclass(frozen=True)
class World:
    """``store`` and ``warehouse`` are where the rows stand; the other two are foreign."""

    store: Store
    warehouse: Warehouse
    other_store: Store
    other_warehouse: Warehouse
    root: User

    def person(self, role: str) -> User:
        """Make somebody with a role where the rows stand: on the place that the role is about."""
        user: User = UserFactory.create(is_staff=True)
        place = self.warehouse if role.startswith("warehouse") else self.store
        grant(user, role, place)
        return user

    def stranger(self) -> User:
        """Make somebody with every right, but elsewhere."""
        user: User = UserFactory.create(is_staff=True)
        grant(user, "store_manager", self.other_store)
        grant(user, "warehouse_manager", self.other_warehouse)
        return user


def make_world() -> World:
    return World(
        store=StoreFactory.create(),
        warehouse=WarehouseFactory.create(),
        other_store=StoreFactory.create(),
        other_warehouse=WarehouseFactory.create(),
        root=UserFactory.create(superuser=True),
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
