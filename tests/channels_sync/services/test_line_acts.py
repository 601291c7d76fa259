"""What a person may do about a line, on record; nobody else may."""

from datetime import timedelta

import pytest

from channels_sync.models import LineState, StoreConnection, SyncCursor
from channels_sync.services import line_acts
from oms.access.checks import NotAllowed
from oms.models import EvidenceEntry, Store, User
from tests.factories.oms import NOW, StoreFactory, UserFactory, grant

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=20)


@pytest.fixture
def store() -> Store:
    store = StoreFactory.create()
    StoreConnection.objects.create(store=store, kind="webhook")
    return store


@pytest.fixture
def manager(store: Store) -> User:
    user = UserFactory.create()
    grant(user, "store_manager", store)
    return user


def evidence() -> list[str]:
    rows = EvidenceEntry.objects.filter(kind__startswith="channel.").order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_try_now_makes_everything_due_and_sends_the_probe(store: Store, manager: User) -> None:
    LineState.objects.create(store=store, failures=5, opened_at=NOW, probe_at=LATER)
    SyncCursor.objects.create(store=store, lane="orders", since=NOW, not_before=LATER)
    line_acts.try_now(store.pk, actor=manager, now=NOW)
    assert LineState.objects.get().probe_at == NOW
    assert SyncCursor.objects.get().not_before == NOW
    assert evidence() == ["channel.try_now"]


def test_pause_and_resume_are_noted_with_who_and_why(store: Store, manager: User) -> None:
    line_acts.pause(store.pk, reason=" 盘点 ", actor=manager, now=NOW)
    state = LineState.objects.get()
    assert (state.paused_at, state.paused_by, state.pause_reason) == (NOW, manager, "盘点")
    line_acts.resume(store.pk, actor=manager, now=LATER)
    state.refresh_from_db()
    assert (state.paused_at, state.paused_by, state.pause_reason) == (None, None, "")
    assert evidence() == ["channel.pause", "channel.resume"]


def test_pause_twice_and_resume_of_what_runs_are_refused(store: Store, manager: User) -> None:
    with pytest.raises(line_acts.NotPaused):
        line_acts.resume(store.pk, actor=manager, now=NOW)
    with pytest.raises(line_acts.SayWhyItRests):
        line_acts.pause(store.pk, reason="  ", actor=manager, now=NOW)
    line_acts.pause(store.pk, reason="x", actor=manager, now=NOW)
    with pytest.raises(line_acts.PausedAlready):
        line_acts.pause(store.pk, reason="y", actor=manager, now=NOW)
    assert LineState.objects.get().pause_reason == "x"


@pytest.mark.parametrize("role", ["customer_service", "auditor"])
def test_whoever_may_not_set_the_store_up_changes_nothing(store: Store, role: str) -> None:
    user = UserFactory.create()
    grant(user, role, store)
    for act in (line_acts.try_now, line_acts.resume):
        with pytest.raises(NotAllowed):
            act(store.pk, actor=user, now=NOW)
    with pytest.raises(NotAllowed):
        line_acts.pause(store.pk, reason="x", actor=user, now=NOW)
    assert (evidence(), LineState.objects.count()) == ([], 0)
