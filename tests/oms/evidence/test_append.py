from datetime import datetime

import pytest
from django.db import transaction

from oms.audit.context import acting_as
from oms.evidence.append import EvidenceOutsideTransaction, append
from oms.models import EvidenceEntry
from tests.factories.oms import UserFactory


@pytest.mark.django_db
def test_entry_tells_who_from_where_and_what(now: datetime) -> None:
    user = UserFactory.create(username="finance-1")
    with acting_as(user, remote_addr="192.0.2.7", correlation_id="c-1"):
        append("refund.confirm", "refund:RF1", at=now, actor=user, facts={"amount": "10.00"})
    entry = EvidenceEntry.objects.get()
    assert (entry.kind, entry.subject, entry.facts, entry.at) == (
        "refund.confirm",
        "refund:RF1",
        {"amount": "10.00"},
        now,
    )
    assert (entry.actor_id, entry.actor_name) == (user.pk, "finance-1")
    assert (entry.remote_addr, entry.correlation_id) == ("192.0.2.7", "c-1")


@pytest.mark.django_db
def test_act_of_the_system_names_nobody(now: datetime) -> None:
    append("stock.adjust", "stock:1", at=now, actor=None)
    entry = EvidenceEntry.objects.get()
    assert (entry.actor_id, entry.actor_name, entry.remote_addr, entry.facts) == (
        None,
        "",
        None,
        {},
    )


@pytest.mark.django_db
def test_entry_keeps_the_facts_of_its_moment(now: datetime) -> None:
    facts = {"amount": "10.00"}
    append("refund.confirm", "refund:RF1", at=now, actor=None, facts=facts)
    facts["amount"] = "99.00"
    assert EvidenceEntry.objects.get().facts == {"amount": "10.00"}


@pytest.mark.django_db
def test_person_who_left_is_still_named(now: datetime) -> None:
    user = UserFactory.create(username="gone")
    append("role.assign", "user:1", at=now, actor=user)
    user.delete()
    assert EvidenceEntry.objects.get().actor_name == "gone"


@pytest.mark.django_db
def test_evidence_of_an_undone_act_is_undone_with_it(now: datetime) -> None:
    with transaction.atomic():
        append("refund.confirm", "refund:RF1", at=now, actor=None)
        transaction.set_rollback(True)
    assert not EvidenceEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_evidence_that_could_outlive_its_act_is_refused(now: datetime) -> None:
    with pytest.raises(EvidenceOutsideTransaction):
        append("refund.confirm", "refund:RF1", at=now, actor=None)
    assert not EvidenceEntry.objects.exists()
