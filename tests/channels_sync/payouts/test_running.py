"""A statement against the record: every difference is found by its name, to the cent, and once."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels_sync.connectors.payouts.options import PayoutOptions
from channels_sync.models import PayoutFinding, PayoutRow, PayoutStatement
from channels_sync.services.payouts import anew, keeping, running, uploading
from channels_sync.services.payouts.judging import judge_orders
from channels_sync.services.payouts.uploading import AlreadyRead, ColumnsMissing
from oms.access.checks import NotAllowed
from oms.models import Job, Payment, PaymentAllocation
from oms.tables.problems import UnusableTable
from tests.channels_sync.admin.conftest import member
from tests.channels_sync.payouts.conftest import ENDLESS, HEADER, LATER, PAID, Finance, line
from tests.factories.oms import StoreFactory
from tests.oms.services.sheets.files import as_csv

pytestmark = pytest.mark.django_db


def test_sides_that_agree_to_the_cent_raise_no_alarm(finance: Finance) -> None:
    finance.order("A1", "99.90")
    finance.refund(finance.order("A2", "50"), "20")
    done = finance.bring(
        line("A1", "99.90"),
        line("A1", "-0.60", "技术服务费"),
        line("A2", "50"),
        line("A2", "-20", "交易退款"),
    )
    assert finance.findings() == {}
    assert (done.matched, done.entries, done.faulty, done.compared_at) == (2, 4, 0, LATER)
    assert done.result["sums"] == {"income": "149.90", "fee": "-0.60", "refund": "-20"}
    day = done.result["days"]["2026-11-05"]
    assert (Decimal(day["income"]), Decimal(day["ours_paid"])) == (Decimal("149.90"),) * 2
    assert (Decimal(day["refund"]), Decimal(day["ours_back"])) == (Decimal(-20), Decimal(20))
    assert (day["matched"], "differing" in day) == ("2", False)


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (["99.99"], ("income", "fee_withheld", 100, Decimal("99.99"))),
        (["60"], ("income", "paid_short", 100, 60)),
        (["100.01"], ("income", "paid_over", 100, Decimal("100.01"))),
        (["100", "-30"], ("refund", "refund_not_recorded", 0, 30)),
    ],
)
def test_difference_of_an_order_is_found_with_its_cause(
    finance: Finance, told: list[str], found: tuple[object, ...]
) -> None:
    finance.order("A1")
    words = ("交易付款", "交易退款")
    finance.bring(*(line("A1", amount, word) for amount, word in zip(told, words, strict=False)))
    assert finance.findings() == {"A1": found}


def test_refund_that_is_under_way_here_is_told_as_that(finance: Finance) -> None:
    finance.refund(finance.order("A1"), "30", status="sent")
    finance.bring(line("A1", "100"), line("A1", "-30", "交易退款"))
    assert finance.findings()["A1"][:2] == ("refund", "refund_under_way")


def test_refund_here_that_no_statement_tells_is_found(finance: Finance) -> None:
    finance.refund(finance.order("A1"), "30")
    finance.bring(line("A1", "100"))
    assert finance.findings()["A1"] == ("refund", "refund_not_told", 30, 0)


def test_payout_less_what_went_back_before_agrees(finance: Finance) -> None:
    finance.refund(finance.order("A1"), "30")
    finance.bring(line("A1", "70"))
    assert finance.findings() == {}


def test_platforms_own_discount_may_be_paid_out_too(finance: Finance) -> None:
    finance.order("A1", "90", platform_discount=Decimal(10))
    finance.bring(line("A1", "90"), line("A1", "10", "优惠券结算"))
    assert finance.findings() == {}


def test_order_that_is_not_here_and_money_without_an_order_are_theirs_only(
    finance: Finance,
) -> None:
    finance.bring(line("X9", "10"), line("", "5", "货款", flow="F-1"), line("", "-3", "提现"))
    assert finance.findings() == {
        "X9": ("theirs_only", "not_imported", 0, 10),
        "F-1": ("theirs_only", "no_order_no", 0, 5),
    }


def test_settled_order_that_no_statement_pays_is_ours_only(finance: Finance) -> None:
    finance.order("A1")
    finance.order("A2", "80")
    finance.order("A3", "70", channel_status="shipped")
    finance.refund(finance.order("A4", "60"), "60")
    finance.bring(line("A1", "100", at="2026-11-02 10:00"), line("A1", "-1", "手续费"))
    assert finance.findings() == {"A2": ("ours_only", "not_told", 80, 0)}


def test_platform_that_tells_payments_must_tell_all_of_them(finance: Finance) -> None:
    finance.order("W1")
    finance.order("W2", channel_status="paid")
    header = (
        "交易时间",
        "微信订单号",
        "商户订单号",
        "交易状态",
        "应结订单金额",
        "退款金额",
        "手续费",
    )
    done = finance.bring(
        ("`2026-11-03 09:00:01", "`420", "`W1", "`SUCCESS", "`100.00", "`0.00", "`0.60000"),
        ("总交易单数", "应结订单总金额", "退款总金额", "", "", "", ""),
        ("`1", "`100.00", "`0.00", "", "", "", ""),
        header=header,
    )
    assert (done.options["preset"], done.faulty) == ("wechat", 0)
    assert finance.findings() == {"W2": ("ours_only", "not_told", 100, 0)}
    assert PayoutRow.objects.get(kind="fee").amount == Decimal("-0.60")


def test_payment_for_several_orders_is_found_by_its_own_number(finance: Finance) -> None:
    orders = [finance.order("A1", "60"), finance.order("A2", "40")]
    payment = Payment.objects.create(
        store=finance.store, payment_no="P-1", amount=Decimal(100), paid_at=PAID
    )
    for order in orders:
        PaymentAllocation.objects.create(payment=payment, order=order, amount=order.paid_amount)
    finance.bring(line("P-1", "100", at="2026-11-02 10:00"), line("P-1", "-1", "手续费"))
    assert finance.findings() == {}


def test_order_that_the_platform_split_is_found_by_its_parent(finance: Finance) -> None:
    for number in ("A1", "A2"):
        finance.order(number, "50", parent_channel_no="A")
    finance.bring(line("A", "100", at="2026-11-02 10:00"), line("A", "-1", "手续费"))
    assert finance.findings() == {}


def test_shopify_order_is_known_by_its_name(finance: Finance) -> None:
    finance.store.currency = "USD"
    finance.store.save()
    finance.order("6411110001", "50", parent_channel_no="#1001", currency="USD")
    header = ("Transaction Date", "Type", "Order", "Amount", "Fee", "Net", "Currency")
    entry = ("2026-11-05 10:00:00 -0500", "charge", "#1001", "50.00", "1.75", "48.25", "USD")
    done = finance.bring(entry, header=header)
    assert (done.options["preset"], done.matched, finance.findings()) == ("shopify", 1, {})


def test_taobao_order_is_known_by_its_number_in_alipays_writing(finance: Finance) -> None:
    finance.order("2611110000111122223")
    finance.bring(line("T200P2611110000111122223", "100"))
    assert finance.findings() == {}


def test_same_file_brought_again_is_the_same_statement(finance: Finance) -> None:
    first = finance.bring(line("A1", "100"))
    assert finance.bring(line("A1", "100")) == first
    assert PayoutRow.objects.count() == 1


def test_entry_of_two_statements_is_kept_once(finance: Finance) -> None:
    finance.order("A1")
    finance.bring(line("A1", "100"))
    second = finance.bring(line("A1", "100"), line("A2", "5"))
    assert (PayoutRow.objects.count(), second.entries, second.known) == (2, 2, 1)
    assert list(finance.findings()) == ["A2"]


def test_equal_entries_without_a_number_are_two_and_stay_two(finance: Finance) -> None:
    header = HEADER[1:]
    twin = line("A1", "5", "货款")[1:]
    finance.bring(twin, twin, header=header)
    again = finance.bring(twin, twin, line("A2", "1", "货款")[1:], header=header)
    assert (PayoutRow.objects.filter(order_no="A1").count(), again.known) == (2, 2)


def test_refund_of_a_later_statement_is_held_against_all_of_them(finance: Finance) -> None:
    finance.refund(finance.order("A1"), "30")
    finance.bring(line("A1", "100"))
    assert list(finance.findings()) == ["A1"]
    finance.bring(line("A1", "-30", "交易退款", at="2026-11-09 10:00"))
    assert finance.findings() == {}
    assert PayoutFinding.objects.get().state == "healed"


def test_rows_that_cannot_be_read_are_counted_and_named(finance: Finance) -> None:
    done = finance.bring(
        line("A1", "100"),
        line("A2", "abc"),
        line("A3", "1", at="some day"),
        line("A4", "1.005"),
        line("4.20000E+18", "1"),
    )
    assert done.faulty == 4
    assert done.result["faults"] == [
        [3, "no_amount"],
        [4, "no_time"],
        [5, "too_fine"],
        [6, "shortened"],
    ]


def test_worker_that_died_goes_on_where_it_was(
    finance: Finance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PAGE", 2)
    monkeypatch.setattr("channels_sync.services.payouts.judging.PAGE", 2)
    twin = line("A0", "5", "货款")[1:]
    lines = [twin, twin, twin, *(line(f"A{n}", "7", "货款")[1:] for n in range(1, 6))]
    statement, _is_new = uploading.upload(
        finance.store.pk, file=as_csv([HEADER[1:], *lines]), actor=finance.person, now=LATER
    )
    options = finance.guessed(statement)
    uploading.start(statement.pk, options=options, actor=finance.person, now=LATER)
    for _slice in range(20):
        running.run_slice(statement.job_id, now=LATER, seconds=0)
    statement.refresh_from_db()
    assert statement.job.state == "done"
    assert (PayoutRow.objects.count(), statement.entries, statement.known) == (8, 8, 0)
    assert statement.result["days"]["2026-11-05"]["differing"] == "6"
    assert len(finance.findings()) == 6


def test_page_that_failed_is_done_once(finance: Finance, monkeypatch: pytest.MonkeyPatch) -> None:
    finance.order("A1")

    def broken(*args: object, **kwargs: object) -> None:
        judge_orders(*args, **kwargs)  # type: ignore[arg-type]
        raise RuntimeError

    monkeypatch.setitem(running._JUDGES, "orders", broken)
    with pytest.raises(RuntimeError):
        finance.bring(line("A1", "99"))
    monkeypatch.undo()
    running.run_next(now=LATER, seconds=ENDLESS)
    assert finance.findings()["A1"][:2] == ("income", "fee_withheld")
    assert PayoutFinding.objects.get().statement.result["days"]["2026-11-05"]["differing"] == "1"


def test_statement_sent_back_at_its_end_is_compared_again(
    finance: Finance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its last page and its end, entries that it was held against were deleted."""
    compare = running._compare

    def sent_back(job: Job, *, until: float, now: datetime) -> bool:
        is_done = compare(job, until=until, now=now)
        anew.compare_others(finance.store.pk, now=now)
        return is_done

    finance.order("A1")
    with monkeypatch.context() as patch:
        patch.setattr(running, "_compare", sent_back)
        done = finance.bring(line("A1", "100"))
    assert (done.compared_at, done.job.state) == (None, Job.State.WAITING)
    running.run_slice(done.job_id, now=LATER, seconds=ENDLESS)
    done.refresh_from_db()
    assert (done.compared_at, done.matched) == (LATER, 1)


def test_file_is_gone_once_it_was_read_and_sealed_before(
    finance: Finance, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    file = as_csv([HEADER, line("A1", "100")])
    statement, _new = uploading.upload(finance.store.pk, file=file, actor=finance.person, now=LATER)
    storage, name = statement.job.input_file.storage, str(statement.job.input_file.name)
    assert b"A1" not in Path(statement.job.input_file.path).read_bytes()
    options = finance.guessed(statement)
    uploading.start(statement.pk, options=options, actor=finance.person, now=LATER)
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        running.run_next(now=LATER, seconds=ENDLESS)
    statement.job.refresh_from_db()
    assert (statement.job.state, bool(statement.job.input_file)) == ("done", False)
    assert not storage.exists(name)
    with pytest.raises(AlreadyRead):
        uploading.glance(statement)


def test_file_that_never_comes_to_an_end_is_not_kept_either(
    finance: Finance, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    file = as_csv([HEADER, line("A1", "100")])
    statement, _new = uploading.upload(finance.store.pk, file=file, actor=finance.person, now=LATER)
    storage, name = statement.job.input_file.storage, str(statement.job.input_file.name)
    options = finance.guessed(statement)
    uploading.start(statement.pk, options=options, actor=finance.person, now=LATER)
    type(statement.job).objects.update(attempts=5, state="running")
    with django_capture_on_commit_callbacks(execute=True):
        running.run_slice(statement.job_id, now=LATER)
    statement.job.refresh_from_db()
    assert (statement.job.state, storage.exists(name)) == ("failed", False)


def test_upload_that_nobody_starts_is_thrown_away(
    finance: Finance, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    statement, _new = uploading.upload(
        finance.store.pk, file=as_csv([HEADER, line("A1", "1")]), actor=finance.person, now=PAID
    )
    assert uploading.throw_unused_away(now=PAID) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert uploading.throw_unused_away(now=LATER) == 1
    assert not PayoutStatement.objects.exists()
    assert not statement.job.input_file.storage.exists(str(statement.job.input_file.name))


def test_columns_must_be_said_before_a_start(finance: Finance) -> None:
    statement, _new = uploading.upload(
        finance.store.pk, file=as_csv([["a", "b"], ["1", "2"]]), actor=finance.person, now=LATER
    )
    with pytest.raises(ColumnsMissing):
        uploading.start(
            statement.pk, options=PayoutOptions(columns={}), actor=finance.person, now=LATER
        )


def test_columns_said_once_are_remembered_for_the_store(finance: Finance) -> None:
    first = finance.bring(line("A1", "1"))
    statement, _new = uploading.upload(
        finance.store.pk, file=as_csv([HEADER, line("A2", "1")]), actor=finance.person, now=LATER
    )
    assert finance.guessed(statement).to_json() == first.options


def test_what_is_no_table_is_refused(finance: Finance) -> None:
    with pytest.raises(UnusableTable):
        uploading.upload(finance.store.pk, file=as_csv([]), actor=finance.person, now=LATER)


@pytest.mark.parametrize("role", ["auditor", "customer_service", "finance_elsewhere"])
def test_stranger_brings_nothing(finance: Finance, role: str) -> None:
    place = StoreFactory.create() if role == "finance_elsewhere" else finance.store
    stranger = member(place, role.removesuffix("_elsewhere"))
    with pytest.raises(NotAllowed):
        uploading.upload(
            finance.store.pk, file=as_csv([HEADER, line("A1", "1")]), actor=stranger, now=LATER
        )


def test_money_without_an_order_under_one_number_is_a_difference_each(finance: Finance) -> None:
    statement = finance.bring(line("", "5", "货款", flow="F-1"), line("", "-3", "退款", flow="F-1"))
    assert statement.compared_at == LATER
    rows = PayoutFinding.objects.order_by("theirs")
    assert [row.theirs for row in rows] == [-3, 5]
    assert rows[1].order_no == "F-1"
