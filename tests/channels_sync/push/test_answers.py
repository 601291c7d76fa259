"""When we say no, the buyer reads what was written with the decision, read when it is sent."""

from datetime import datetime, timedelta

import pytest

from channels_sync import handlers
from channels_sync.connectors.outbound import ReturnAnswer
from channels_sync.services import proofs
from oms.approvals.words import RETURNS, refusal_words
from oms.models import ApprovalRequest, ApprovalStep, Store
from oms.registries import Contributions, ProofPhotos
from tests.channels_sync.push.conftest import Worker
from tests.channels_sync.push.parcels import order_of, the_job
from tests.channels_sync.push.scripted import ScriptedOutbound
from tests.factories.aftersales import photo
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db


def decided(store: Store, verdict: str, words: str, *, at: datetime = NOW) -> None:
    question = ApprovalRequest.objects.create(
        kind=RETURNS,
        subject="AS-1",
        store=store,
        summary="x",
        digest="d",
        opened_at=NOW,
        closed_at=at,
        status=verdict,
        status_at=at,
    )
    ApprovalStep.objects.create(
        request=question,
        level=1,
        permission="approve_returns",
        comment=words,
        decided_at=at,
        status=verdict,
        status_at=at,
    )


def tell(store: Store, worker: Worker, *, agree: bool) -> ReturnAnswer:
    order = order_of(store)
    handle = handlers.agree_to_returns if agree else handlers.refuse_returns
    handle(case_nos=["AS-1"], order_ids=[order.pk], channel_refund_nos=["R-1"], now=worker.now)
    worker.run()
    (push,) = ScriptedOutbound.sent
    assert isinstance(push, ReturnAnswer)
    return push


def test_no_carries_the_words_of_the_decision(store: Store, worker: Worker) -> None:
    decided(store, "rejected", "一审：不同意")
    decided(store, "rejected", "已拆封，影响二次销售", at=NOW + timedelta(hours=1))
    push = tell(store, worker, agree=False)
    assert (push.is_agreed, push.words) == (False, "已拆封，影响二次销售")
    assert push.words not in str(the_job().payload) + repr(push)


def test_no_shows_what_was_photographed_small_enough(
    store: Store, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    takers: Contributions[ProofPhotos] = Contributions("photos of returns")
    taken = {"AS-1": [photo(size=(900, 900)), b"no photo"]}
    takers.register(ProofPhotos("scripted", lambda case_no: taken.get(case_no, [])))
    monkeypatch.setattr(proofs, "proof_photos", takers)
    push = tell(store, worker, agree=False)
    assert [len(content) <= 120_000 for content in push.photos] == [True]
    assert "photo" not in repr(push)
    (address,) = push.photo_urls
    assert address.startswith("http://127.0.0.1:8000/channels/proof/")


def test_no_carries_the_platforms_reason_that_was_chosen(store: Store, worker: Worker) -> None:
    order = order_of(store)
    handlers.refuse_returns(
        case_nos=["AS-1"],
        order_ids=[order.pk],
        channel_refund_nos=["R-1"],
        refusal_codes=["102"],
        now=worker.now,
    )
    worker.run()
    (push,) = ScriptedOutbound.sent
    assert isinstance(push, ReturnAnswer)
    assert push.reason == "102"


def test_yes_says_nothing_of_it(store: Store, worker: Worker) -> None:
    decided(store, "approved", "同意，老客户")
    assert tell(store, worker, agree=True).words == ""
    assert refusal_words(RETURNS, subject="AS-1") == ""
