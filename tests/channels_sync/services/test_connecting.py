"""A connected store knows whether its platform writes to buyers itself."""

from datetime import datetime

import pytest

from channels_sync.services.connecting import connect_store
from tests.factories.oms import StoreFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("kind", "tells"), [("shopify", True), ("webhook", False)])
def test_store_takes_over_who_tells_the_buyer(now: datetime, kind: str, tells: bool) -> None:
    store = StoreFactory.create(notifies_buyer=not tells)
    connect_store(store.pk, kind=kind, actor=UserFactory.create(superuser=True), now=now)
    store.refresh_from_db()
    assert store.notifies_buyer is tells
