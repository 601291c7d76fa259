"""A difference is explained once, a statement signed only when nothing is open, and stays so."""

import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from channels_sync.models import PayoutFinding, PayoutRow, PayoutStatement
from channels_sync.services.payouts import downloads, running, settling, uploading
from channels_sync.services.payouts.settling import (
    NoReason,
    NotCompared,
    PayoutsStillOpen,
    RowsNotRead,
    SignedUpon,
    StatementSigned,
    StillRunning,
    ToldByAnother,
)
from oms.access.checks import NotAllowed
from oms.models import EvidenceEntry, Job, TimelineEntry
from tests.channels_sync.admin.conftest import member
from tests.channels_sync.payouts.conftest import ENDLESS, HEADER, LATER, Finance, line
from tests.oms.services.sheets.files import as_csv

pytestmark = pytest.mark.django_db


def ids() -> list[int]:
    return list(PayoutFinding.objects.order_by("pk").values_list("pk", flat=True))


def test_statement_is_signed_once_every_difference_is_explained(finance: Finance) -> None:
    done = finance.bring(line("X1", "10"), line("X2", "20"))
    with pytest.raises(PayoutsStillOpen, match="2"):
        settling.sign(done.pk, actor=finance.person, now=LATER)
    assert settling.explain(ids(), note=" a test ", actor=finance.person, now=LATER) == 2
    assert settling.explain(ids(), note="again", actor=finance.person, now=LATER) == 0
    settling.sign(done.pk, actor=finance.person, now=LATER)
    done.refresh_from_db()
    assert (done.signed_by, done.signed_at) == (finance.person, LATER)
    assert EvidenceEntry.objects.get(kind="payouts.sign").facts["file"] == done.digest
    for act in (settling.sign, settling.compare_again):
        with pytest.raises(StatementSigned):
            act(done.pk, actor=finance.person, now=LATER)


def test_statement_with_rows_that_were_not_read_is_not_signed(finance: Finance) -> None:
    done = finance.bring(line("A1", "100"), line("A2", "abc"))
    settling.explain(ids(), note="x", actor=finance.person, now=LATER)
    with pytest.raises(RowsNotRead, match="1"):
        settling.sign(done.pk, actor=finance.person, now=LATER)


def test_explained_difference_stays_so_until_it_looks_otherwise(finance: Finance) -> None:
    order = finance.order("A1")
    done = finance.bring(line("A1", "90"))
    settling.explain(ids(), note="commission", actor=finance.person, now=LATER)

    def again() -> PayoutFinding:
        settling.compare_again(done.pk, actor=finance.person, now=LATER)
        running.run_next(now=LATER, seconds=ENDLESS)
        return PayoutFinding.objects.get()

    assert (again().state, again().note) == ("explained", "commission")
    order.paid_amount = 95
    order.save()
    assert (again().state, again().ours) == ("open", 95)
    order.paid_amount = 90
    order.save()
    assert again().state == "healed"
    done.refresh_from_db()
    assert done.matched == 1
    assert done.result["days"]["2026-11-05"]["matched"] == "1"


def test_order_that_came_in_meanwhile_is_found_by_comparing_again(finance: Finance) -> None:
    done = finance.bring(line("A1", "100"))
    assert finance.findings()["A1"][1] == "not_imported"
    finance.order("A1")
    settling.compare_again(done.pk, actor=finance.person, now=LATER)
    with pytest.raises(NotCompared):
        settling.sign(done.pk, actor=finance.person, now=LATER)
    with pytest.raises(NotCompared):
        settling.compare_again(done.pk, actor=finance.person, now=LATER)
    running.run_next(now=LATER, seconds=ENDLESS)
    assert finance.findings() == {}


def test_statement_read_wrongly_is_discarded_and_brought_again(finance: Finance) -> None:
    finance.order("A1")
    lines = (line("A1", "100"), line("X1", "5"))
    first = finance.bring(*lines)
    settling.discard(first.pk, actor=finance.person, now=LATER)
    assert not PayoutRow.objects.exists()
    assert not PayoutFinding.objects.exists()
    assert not Job.objects.filter(pk=first.job_id).exists()
    again = finance.bring(*lines)
    assert (again.known, again.matched) == (0, 1)


def test_statement_that_a_later_one_relies_on_is_kept(finance: Finance) -> None:
    first = finance.bring(line("A1", "100"))
    second = finance.bring(line("A1", "100"), line("A2", "5"))
    with pytest.raises(ToldByAnother):
        settling.discard(first.pk, actor=finance.person, now=LATER)
    settling.discard(second.pk, actor=finance.person, now=LATER)
    running.run_next(now=LATER, seconds=ENDLESS)
    settling.discard(first.pk, actor=finance.person, now=LATER)
    assert not PayoutRow.objects.exists()


def test_refund_that_a_discarded_statement_told_is_missed_again(finance: Finance) -> None:
    finance.refund(finance.order("A1"), "30")
    first = finance.bring(line("A1", "100"))
    found = finance.findings()
    later = finance.bring(line("A1", "-30", "交易退款", at="2026-11-09 10:00"))
    assert (list(found), finance.findings()) == (["A1"], {})
    settling.discard(later.pk, actor=finance.person, now=LATER)
    assert PayoutStatement.objects.get(pk=first.pk).compared_at is None
    running.run_next(now=LATER, seconds=ENDLESS)
    first.refresh_from_db()
    assert finance.findings() == found
    assert first.compared_at == LATER


def test_difference_seen_anew_by_a_discarded_statement_is_found_again(finance: Finance) -> None:
    finance.order("A1")
    first = finance.bring(line("A1", "90"))
    later = finance.bring(line("A1", "1", "货款"), line("A2", "5"))
    assert (PayoutFinding.objects.get(order_no="A1").statement, first.matched) == (later, 0)
    days = first.result["days"]
    settling.discard(later.pk, actor=finance.person, now=LATER)
    running.run_next(now=LATER, seconds=ENDLESS)
    first.refresh_from_db()
    assert {number: told[2:] for number, told in finance.findings().items()} == {"A1": (100, 90)}
    assert first.result["days"] == days


def test_comparison_under_way_begins_again_without_what_was_discarded(finance: Finance) -> None:
    finance.order("A1")
    first = finance.bring(line("A1", "90"))
    later = finance.bring(line("A1", "10", "货款"))
    settling.compare_again(first.pk, actor=finance.person, now=LATER)
    running.run_slice(first.job_id, now=LATER, seconds=0)
    assert finance.findings() == {}
    settling.discard(later.pk, actor=finance.person, now=LATER)
    running.run_next(now=LATER, seconds=ENDLESS)
    assert list(finance.findings()) == ["A1"]


@pytest.mark.parametrize("at", ["2026-11-05 18:00", "2026-11-09 10:00"])
def test_statement_in_view_of_which_another_was_signed_is_kept(finance: Finance, at: str) -> None:
    finance.refund(finance.order("A1"), "30")
    first = finance.bring(line("A1", "100"))
    later = finance.bring(line("A1", "-30", "交易退款", at=at))
    settling.sign(first.pk, actor=finance.person, now=LATER)
    with pytest.raises(SignedUpon):
        settling.discard(later.pk, actor=finance.person, now=LATER)
    assert PayoutRow.objects.count() == 2


def test_statement_of_other_days_and_orders_is_discarded_beside_a_signed_one(
    finance: Finance,
) -> None:
    finance.order("A1")
    first = finance.bring(line("A1", "100"))
    later = finance.bring(line("A2", "5", at="2026-11-09 10:00"))
    settling.sign(first.pk, actor=finance.person, now=LATER)
    settling.discard(later.pk, actor=finance.person, now=LATER)
    first.refresh_from_db()
    assert (first.compared_at, first.matched) == (LATER, 1)


def test_signed_or_running_or_foreign_statement_is_not_discarded(finance: Finance) -> None:
    finance.order("A1")
    done = finance.bring(line("A1", "100"))
    with pytest.raises(NotAllowed):
        settling.discard(done.pk, actor=member(finance.store, "auditor"), now=LATER)
    settling.compare_again(done.pk, actor=finance.person, now=LATER)
    with pytest.raises(StillRunning):
        settling.discard(done.pk, actor=finance.person, now=LATER)
    running.run_next(now=LATER, seconds=ENDLESS)
    settling.sign(done.pk, actor=finance.person, now=LATER)
    with pytest.raises(StatementSigned):
        settling.discard(done.pk, actor=finance.person, now=LATER)
    assert PayoutRow.objects.count() == 1


def test_explanation_needs_a_reason_and_the_right(finance: Finance) -> None:
    finance.bring(line("X1", "10"))
    with pytest.raises(NoReason):
        settling.explain(ids(), note="  ", actor=finance.person, now=LATER)
    auditor = member(finance.store, "auditor")
    with pytest.raises(NotAllowed):
        settling.explain(ids(), note="x", actor=auditor, now=LATER)
    assert PayoutFinding.objects.get().state == "open"


def test_differences_come_as_csv_and_as_a_workbook_of_numbers(finance: Finance) -> None:
    finance.order("2611110000111122223")
    done = finance.bring(line("2611110000111122223", "90.10"), line("=1+1", "5", "货款"))
    text = b"".join(downloads.as_csv(done, actor=finance.person, now=LATER)).decode("utf-8-sig")
    assert "2611110000111122223,2026-11-05" in text
    assert "100.00,90.10,-9.90" in text
    assert "\n'=1+1," in text
    with downloads.as_workbook(done, actor=finance.person, now=LATER) as file:
        rows = list(load_workbook(io.BytesIO(file.read())).active.iter_rows(values_only=True))
    taken = TimelineEntry.objects.filter(subject_id=done.job_id, action="download_differences")
    assert list(taken.values_list("actor", flat=True)) == [finance.person.pk] * 2
    amounts = {row[0]: row[4:7] for row in rows[1:]}
    assert amounts["2611110000111122223"] == (100, 90.1, -9.9)
    assert amounts["=1+1"] == (0, 5, 5)


def test_order_that_is_told_under_another_number_later_is_missed_no_more(finance: Finance) -> None:
    finance.order("A1", parent_channel_no="A")
    back = finance.order("A2", "60")
    first = finance.bring(line("X1", "1", at="2026-11-02 10:00"), line("X2", "1"))
    assert {"A1", "A2"} <= finance.findings().keys()
    finance.refund(back, "60")
    finance.bring(line("A", "100", at="2026-11-20 10:00"))
    settling.compare_again(first.pk, actor=finance.person, now=LATER)
    running.run_next(now=LATER, seconds=ENDLESS)
    assert not {"A1", "A2"} & finance.findings().keys()


def test_statement_brought_first_and_read_later_keeps_what_it_relies_on(finance: Finance) -> None:
    entry = line("A1", "100")
    early, _is_new = uploading.upload(
        finance.store.pk, file=as_csv([HEADER, entry]), actor=finance.person, now=LATER
    )
    other = finance.bring(entry, line("A2", "5"))
    options = finance.guessed(early)
    uploading.start(early.pk, options=options, actor=finance.person, now=LATER)
    running.run_slice(early.job_id, now=LATER + timedelta(hours=1), seconds=ENDLESS)
    with pytest.raises(ToldByAnother):
        settling.discard(other.pk, actor=finance.person, now=LATER)
