import pytest

from oms.models import Store, User, Warehouse
from tests.factories.oms import StoreFactory, UserFactory, WarehouseFactory


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def store() -> Store:
    return StoreFactory.create()


@pytest.fixture
def other() -> Store:
    return StoreFactory.create()


@pytest.fixture
def warehouse() -> Warehouse:
    return WarehouseFactory.create()


def again(user: User) -> User:
    """Return the person as the next request sees him."""
    return User.objects.get(pk=user.pk)
