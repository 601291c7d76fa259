"""The secret of a webhook: made here, shown once, changed without an interruption."""

import pytest

from channels_sync.models import StoreConnection
from channels_sync.services.hook_secrets import renew_hook_secret
from oms.access.checks import NotAllowed
from oms.models import EvidenceEntry, Store, User
from tests.factories.channels_sync import SECRET, StoreConnectionFactory
from tests.factories.oms import NOW, StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db


def manager(store: Store) -> User:
    user = UserFactory.create()
    grant(user, "store_manager", store)
    return user


def test_store_without_a_connection_gets_one() -> None:
    store = StoreFactory.create()
    secret = renew_hook_secret(store.pk, actor=manager(store), now=NOW)
    connection = StoreConnection.objects.get(store=store)
    assert (connection.kind, connection.credentials["hook_secret"]) == ("webhook", secret)
    assert len(secret) >= 43, "32 random bytes"


def test_secret_before_stays_good_until_the_next_renewal() -> None:
    connection = StoreConnectionFactory.create()
    actor = manager(connection.store)
    first = renew_hook_secret(connection.store_id, actor=actor, now=NOW)
    connection.refresh_from_db()
    assert connection.credentials == {"hook_secret": first, "hook_secret_before": SECRET}
    second = renew_hook_secret(connection.store_id, actor=actor, now=NOW)
    connection.refresh_from_db()
    assert connection.credentials == {"hook_secret": second, "hook_secret_before": first}


def test_renewal_is_in_the_evidence_without_the_secret() -> None:
    connection = StoreConnectionFactory.create()
    secret = renew_hook_secret(connection.store_id, actor=manager(connection.store), now=NOW)
    entry = EvidenceEntry.objects.get(kind="hook_secret.renew")
    assert entry.subject == f"store:{connection.store_id}"
    assert secret not in str(entry.facts)


def test_only_who_sets_the_store_up_may_renew() -> None:
    connection = StoreConnectionFactory.create()
    clerk = UserFactory.create()
    grant(clerk, "customer_service", connection.store)
    with pytest.raises(NotAllowed):
        renew_hook_secret(connection.store_id, actor=clerk, now=NOW)
    connection.refresh_from_db()
    assert connection.credentials == {"hook_secret": SECRET}


@pytest.mark.parametrize(
    ("kind", "name"), [("weidian", "hook_key"), ("woocommerce", "webhook_secret")]
)
def test_shop_that_enters_our_secret_gets_one_under_its_own_name(kind: str, name: str) -> None:
    connection = StoreConnectionFactory.create(kind=kind, credentials={"kept": "x"})
    actor = manager(connection.store)
    first = renew_hook_secret(connection.store_id, actor=actor, now=NOW)
    second = renew_hook_secret(connection.store_id, actor=actor, now=NOW)
    connection.refresh_from_db()
    assert connection.credentials == {"kept": "x", name: second, f"{name}_before": first}


def test_platform_that_signs_with_its_own_secret_gets_none() -> None:
    connection = StoreConnectionFactory.create(kind="doudian", credentials={"kept": "x"})
    with pytest.raises(ValueError, match="doudian"):
        renew_hook_secret(connection.store_id, actor=manager(connection.store), now=NOW)
    connection.refresh_from_db()
    assert connection.credentials == {"kept": "x"}
