import pytest

from oms.audit.context import Acting, acting, acting_as
from oms.models import AuditEntry, EvidenceEntry
from tests.factories.oms import SkuFactory, UserFactory


def test_nobody_acts_by_default() -> None:
    assert acting() == Acting(user=None, remote_addr=None, correlation_id="", reason="")


def test_block_without_an_id_gets_one_of_its_own() -> None:
    ids = []
    for _ in range(2):
        with acting_as(None) as context:
            ids.append(context.correlation_id)
            assert acting() is context
    assert all(ids)
    assert ids[0] != ids[1]


def test_acting_ends_with_its_block_also_by_an_error() -> None:
    with pytest.raises(ValueError, match="broken"), acting_as(None, reason="a try"):
        raise ValueError("broken")
    assert acting() == Acting()


def log_entry() -> AuditEntry:
    sku = SkuFactory.create()
    entry: AuditEntry = AuditEntry.objects.log_create(
        sku, action=AuditEntry.Action.UPDATE, changes={"name": ["a", "b"]}
    )
    return entry


@pytest.mark.django_db
def test_audit_log_names_person_address_reason_and_id() -> None:
    user = UserFactory.create(email="cs@example.com")
    with acting_as(user, remote_addr="192.0.2.7", correlation_id="c-1", reason="asked by phone"):
        entry = log_entry()
    entry.refresh_from_db()
    assert entry.actor == user
    assert (entry.remote_addr, entry.cid, entry.reason) == ("192.0.2.7", "c-1", "asked by phone")


@pytest.mark.django_db
def test_audit_log_of_the_system_names_nobody() -> None:
    with acting_as(None, correlation_id="job-1"):
        entry = log_entry()
    entry.refresh_from_db()
    assert (entry.actor, entry.remote_addr, entry.cid, entry.reason) == (None, None, "job-1", "")


@pytest.mark.django_db
def test_what_follows_the_block_names_nobody_again() -> None:
    with acting_as(UserFactory.create(), correlation_id="c-1", reason="a reason"):
        log_entry()
    entry = log_entry()
    entry.refresh_from_db()
    assert (entry.actor, entry.cid, entry.reason) == (None, None, "")
    assert not EvidenceEntry.objects.exists()
