"""What becomes of a job when each platform refuses in each of its ways (channels.md, 1.6)."""

from collections.abc import Callable
from functools import partial

import httpx
import pytest

from channels_sync.connectors.authorizing_installed import authorizers
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.outbound_installed import outbounds
from channels_sync.connectors.tokens import TokenReply
from channels_sync.flows import PushStatus
from channels_sync.models import ChannelToken, PushJob, StoreConnection
from channels_sync.services import calls
from channels_sync.services.push import queueing
from oms.integration.errors import ErrorKind
from oms.integration.http import Http
from oms.models import Store
from tests.channels_sync.push.classes import (
    CLASSES,
    FILES,
    FOR_ALL,
    WITHOUT_ERRORS_OF_ITS_OWN,
    Case,
    cases,
    recorded,
)
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import connected_store, order_of, parcel, whole
from tests.factories.oms import NOW

S = PushStatus
STALE, FRESH = "stale-token-0001", "fresh-token-0002"
_KEYS = ("app_key", "app_secret", "client_id", "client_secret", "consumer_key", "consumer_secret")
CREDENTIALS = dict.fromkeys(_KEYS, "invented") | {
    "access_token": "invented",
    "shop_domain": "kapok.example.com",
    "api_version": "2026-01",
}


class Platform:
    """Refuses every call in one way, and remembers the calls."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.asked: list[httpx.Request] = []
        self.renewed = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.asked.append(request)
        return self.case.answer()

    def carries(self, token: str, *, at: int) -> bool:
        request = self.asked[at]
        said = f"{request.url} {request.headers} {request.content.decode()}"
        return token in said


def kinds(*wanted: ErrorKind) -> list[Case]:
    return [case for case in cases() if case.kind in wanted]


def by_class(*wanted: ErrorKind) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", kinds(*wanted), ids=str)


@pytest.fixture
def platform(case: Case, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """Put the platform of a case at the other end of every line."""
    platform = Platform(case)
    transport = httpx.MockTransport(platform.answer)
    monkeypatch.setattr(calls, "Http", partial(Http, transport=transport))
    if case.platform in authorizers:

        def renew(_self: object, _token: str, **_now: object) -> TokenReply:
            platform.renewed += 1
            return TokenReply(access_token=FRESH)

        monkeypatch.setattr(authorizers.get(case.platform), "refresh", renew)
    return platform


@pytest.fixture
def shop(db: None, platform: Platform) -> Store:
    kind = platform.case.platform
    # A token that was typed in is never renewed: it stands only where one may be typed in.
    fields = {field.name for field in connectors.get(kind).credential_fields}
    keys = {
        name: value
        for name, value in CREDENTIALS.items()
        if name != "access_token" or name in fields
    }
    store = connected_store(kind, base_url="http://127.0.0.1:1", credentials=keys)
    if kind in authorizers:
        connection = StoreConnection.objects.get(store=store)
        ChannelToken.objects.create(
            connection=connection, secrets={"access_token": STALE}, renewed_at=NOW
        )
    return store


@pytest.fixture
def queued(worker: Worker) -> Callable[[Store], PushJob]:
    def queue(store: Store) -> PushJob:
        shipment = parcel(whole(order_of(store)))
        queueing.queue_shipments([shipment.pk], now=worker.now)
        return PushJob.objects.get(store=store, reference=shipment.package_no)

    return queue


Queue = Callable[[Store], PushJob]


# --- the table is whole --------------------------------------------------------------------------


def test_every_channel_that_can_be_told_something_has_its_classes() -> None:
    known = {outbound.kind for outbound in outbounds} - {"scripted"}
    assert known - WITHOUT_ERRORS_OF_ITS_OWN == set(CLASSES) == set(FILES)


@pytest.mark.parametrize("platform", FILES)
def test_every_recorded_error_of_a_platform_has_a_class(platform: str) -> None:
    assert {row["kind"] for row in recorded(platform)} == set(CLASSES[platform])


@pytest.mark.parametrize("platform", CLASSES)
def test_platform_has_every_class_and_a_token_to_renew_where_it_can_be_renewed(
    platform: str,
) -> None:
    told = {case.kind for case in cases() if case.platform == platform}
    assert told >= FOR_ALL
    # One of Shopify's is typed in here; that one which is given is renewed stands with its tokens.
    if platform in authorizers and platform != "shopify":
        assert ErrorKind.REFRESH_TOKEN in told


# --- what becomes of a job -----------------------------------------------------------------------


@by_class(ErrorKind.THROTTLE)
def test_throttled_job_waits_for_the_hint_and_uses_up_no_attempt(
    platform: Platform, shop: Store, queued: Queue, worker: Worker
) -> None:
    first, second = queued(shop), queued(shop)
    worker.run()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.attempts, first.is_in_doubt) == (S.WAITING, 0, False)
    assert (first.not_before - worker.now).total_seconds() >= 1
    assert second.not_before >= first.not_before
    assert len(platform.asked) == 1


@by_class(ErrorKind.RETRY)
def test_passing_trouble_is_tried_again_later(
    platform: Platform, shop: Store, queued: Queue, worker: Worker
) -> None:
    job = queued(shop)
    worker.run()
    job.refresh_from_db()
    assert (job.status, job.attempts, len(platform.asked)) == (S.FAILED, 1, 1)
    assert job.not_before > worker.now


@by_class(ErrorKind.REFRESH_TOKEN)
def test_refused_token_is_renewed_once_and_the_call_said_once_more(
    platform: Platform, shop: Store, queued: Queue, worker: Worker
) -> None:
    job = queued(shop)
    worker.run()
    job.refresh_from_db()
    assert (len(platform.asked), platform.renewed) == (2, 1)
    assert [platform.carries(token, at=at) for at, token in enumerate((STALE, FRESH))] == [True] * 2
    assert not platform.carries(STALE, at=1)
    assert (job.status, job.attempts) == (S.FAILED, 1)


@by_class(ErrorKind.REAUTHORIZE)
def test_refused_account_stops_that_store_only(
    platform: Platform, shop: Store, queued: Queue, worker: Worker
) -> None:
    other = connected_store()
    first, second, elsewhere = queued(shop), queued(shop), queued(other)
    worker.run()
    for job in (first, second, elsewhere):
        job.refresh_from_db()
    assert (first.status, second.status, elsewhere.status) == (
        S.NEEDS_PERSON,
        S.WAITING,
        S.ACCEPTED,
    )
    assert second.not_before > worker.now
    assert (len(platform.asked), platform.renewed) == (1, 0)


@by_class(ErrorKind.FATAL)
def test_verdict_is_in_front_of_a_person_with_the_platforms_number_of_the_call(
    platform: Platform, shop: Store, queued: Queue, worker: Worker
) -> None:
    job = queued(shop)
    worker.run()
    job.refresh_from_db()
    assert (job.status, len(platform.asked)) == (S.NEEDS_PERSON, 1)
    assert job.last_error
    assert job.error_code
    assert job.request_no == platform.case.request_no
    assert worker.run(days=1) == 0


@by_class(ErrorKind.TREAT_AS_DONE)
def test_what_was_done_before_counts_as_done(
    platform: Platform, shop: Store, queued: Queue, worker: Worker
) -> None:
    job = queued(shop)
    worker.run()
    job.refresh_from_db()
    assert (job.status, job.last_error, len(platform.asked)) == (S.ACCEPTED, "", 1)
