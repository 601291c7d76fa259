"""A no to a platform goes with one of its own reasons, which is remembered for the next."""

from collections.abc import Sequence

import pytest

from aftersales.flows import Approval
from aftersales.models import AfterSalesCase
from aftersales.services import approval, refusing
from aftersales.services.cases import digest
from oms.approvals.services import REJECT
from oms.registries import Contributions, ProofPhotos, RefusalChoice, RefusalList
from tests.aftersales import acts
from tests.factories.aftersales import NOW, open_case, shipped_order, supervisor

pytestmark = pytest.mark.django_db
WORN = RefusalChoice("101", "商品已影响二次销售", needs_photo=True)
SIGNED = RefusalChoice("102", "买家已签收且商品无质量问题")


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> list[RefusalChoice]:
    """What the platform offers for every request."""
    found = [WORN, SIGNED]
    lists: Contributions[RefusalList] = Contributions("reasons to refuse")
    lists.register(RefusalList("scripted", lambda _store, *, number: found))
    monkeypatch.setattr(refusing, "refusal_lists", lists)
    return found


def photographed(monkeypatch: pytest.MonkeyPatch, photos: Sequence[bytes]) -> None:
    takers: Contributions[ProofPhotos] = Contributions("photos of returns")
    takers.register(ProofPhotos("scripted", lambda _case_no: photos))
    monkeypatch.setattr(refusing, "proof_photos", takers)


def asked(number: str | None = "R-1") -> AfterSalesCase:
    case = open_case(shipped_order())
    AfterSalesCase.objects.filter(pk=case.pk).update(channel_refund_no=number)
    return acts.fresh(case)


def refuse(case: AfterSalesCase, code: str) -> None:
    approval.decide(
        case.pk,
        verdict=REJECT,
        actor=supervisor(case),
        comment="worn",
        seen=digest(case),
        now=NOW,
        refusal_code=code,
    )


def test_chosen_reason_is_kept_and_announced() -> None:
    case = asked()
    refuse(case, "102")
    case = acts.fresh(case)
    assert (case.approval, case.refusal_code) == (Approval.REJECTED, "102")
    (told,) = acts.published("aftersales.return.rejected")
    assert told["refusal_codes"] == ["102"]


@pytest.mark.parametrize(
    ("code", "refusal"),
    [("", refusing.ReasonNotChosen), ("999", refusing.ReasonNotOffered)],
)
def test_no_without_an_offered_reason_decides_nothing(code: str, refusal: type[Exception]) -> None:
    case = asked()
    with pytest.raises(refusal):
        refuse(case, code)
    assert (acts.fresh(case).approval, acts.fresh(case).refusal_code) == (Approval.PENDING, "")


def test_reason_that_wants_a_photo_waits_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    case = asked()
    photographed(monkeypatch, [])
    with pytest.raises(refusing.PhotoWanted):
        refuse(case, "101")
    photographed(monkeypatch, [b"jpeg"])
    refuse(case, "101")
    assert acts.fresh(case).refusal_code == "101"


def test_case_of_no_platform_wants_none(offered: list[RefusalChoice]) -> None:
    case = asked(None)
    assert refusing.choices(case) == []
    refuse(case, "")
    assert acts.fresh(case).approval == Approval.REJECTED


def test_platform_that_offers_none_takes_our_words(offered: list[RefusalChoice]) -> None:
    offered.clear()
    case = asked()
    refuse(case, "")
    assert acts.fresh(case).approval == Approval.REJECTED


def test_reason_is_remembered_for_our_own() -> None:
    first = asked()
    refuse(first, "102")
    order = shipped_order()
    order.store = first.store
    order.save(update_fields=["store"])
    second = open_case(order)
    assert refusing.usual(second) == ("102" if second.kind == first.kind else "")
    assert refusing.usual(open_case(shipped_order())) == ""
