"""Whatever a service did, the books add up when its test ends."""

from collections.abc import Iterator

import pytest
from django.db import connection

from oms.queries.proofs import violations
from tests.factories.incoming import Shop
from tests.oms.services.day import Day
from tests.oms.services.floor import Floor


@pytest.fixture(autouse=True)
def _books(db: None) -> Iterator[None]:
    yield
    assert violations() == []


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def needs_postgresql() -> None:
    """SQLite takes a text of any length."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL refuses it")


@pytest.fixture
def floor() -> Floor:
    return Floor.open()


@pytest.fixture
def day(shop: Shop) -> Day:
    """A day on which 50 pieces of P1 lie on the shelf."""
    shop.stock(50)
    return Day(shop)
