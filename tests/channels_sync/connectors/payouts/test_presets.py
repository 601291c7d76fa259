"""Files as the platforms export them are read without a word from anybody."""

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from channels_sync.connectors.payouts.entries import Entry, UnreadableRow, entries_of, is_end
from channels_sync.connectors.payouts.guess import best_preset, columns_by, guess, is_header
from channels_sync.connectors.payouts.opening import open_statement
from channels_sync.connectors.payouts.options import MalformedPayoutOptions, PayoutOptions

Lines = Sequence[str]

FILES = Path(__file__).parents[3] / "recordings" / "payouts"


def lines_of(key: str) -> list[str]:
    return (FILES / f"{key}.csv").read_text("utf-8").splitlines()


def read(lines: Lines, *, encoding: str = "gb18030", currency: str = "CNY") -> list[Entry]:
    table = open_statement(io.BytesIO("\n".join(lines).encode(encoding)))
    rows = list(table.rows())
    zone = "Asia/Shanghai"
    options = guess(table.names, rows=rows, preset=None, timezone=zone, currency=currency)
    options.check()
    found: list[Entry] = []
    for row in rows:
        if is_end(row):
            break
        found += entries_of(row, options)
    return found


def told(entries: Sequence[Entry]) -> list[tuple[str, str, Decimal]]:
    return [(entry.order_no, str(entry.kind), entry.amount) for entry in entries]


@pytest.mark.parametrize(
    ("key", "currency", "entries"),
    [
        (
            "alipay",
            "CNY",
            [
                ("2611110000111122223", "income", "1299.00"),
                ("2611110000111122223", "fee", "-7.79"),
                ("2611110000111122224", "refund", "-20.00"),
                ("", "other", "-500.00"),
            ],
        ),
        (
            "wechat",
            "CNY",
            [
                ("A1", "income", "100.00"),
                ("A1", "fee", "-0.60"),
                ("A1", "refund", "-30.00"),
                ("A1", "fee", "0.18"),
            ],
        ),
        (
            "jd",
            "CNY",
            [("30001", "income", "200"), ("30001", "fee", "-12"), ("30001", "refund", "-50")],
        ),
        (
            "pinduoduo",
            "CNY",
            [
                ("261105-111", "income", "88"),
                ("261105-111", "fee", "-0.53"),
                ("261105-111", "refund", "-88"),
            ],
        ),
        (
            "doudian",
            "CNY",
            [("69001", "income", "66"), ("69001", "refund", "-6"), ("", "other", "-100")],
        ),
        (
            "shopify",
            "USD",
            [("#1001", "income", "50"), ("#1001", "fee", "-1.75"), ("#1001", "refund", "-10")],
        ),
    ],
)
def test_export_of_a_platform_is_read_as_it_is(
    key: str, currency: str, entries: list[tuple[str, str, str]]
) -> None:
    lines = lines_of(key)
    header = next(line.split(",") for line in lines if is_header(line.split(",")))
    assert best_preset(header).key == key
    found = told(read(lines, encoding="utf-8", currency=currency))
    assert found == [(order, kind, Decimal(amount)) for order, kind, amount in entries]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_lines_above_and_below_the_entries_are_passed_over(encoding: str) -> None:
    assert len(read(lines_of("alipay"), encoding=encoding)) == 4


def test_two_refunds_of_one_payment_are_two() -> None:
    lines = lines_of("wechat")[:3]
    again = lines[2].replace("503001", "503002")
    contents = [entry.content() for entry in read([*lines, again], encoding="utf-8")]
    assert len(set(contents)) == len(contents)


def test_entry_in_another_currency_is_told() -> None:
    with pytest.raises(UnreadableRow, match="currency"):
        read(lines_of("wechat"), encoding="utf-8", currency="USD")


def test_no_column_means_two_things() -> None:
    found = columns_by(best_preset(("订单号", "金额", "时间")).words, ("订单号", "金额", "时间"))
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("missing", ["order_no", "at", "amount"])
def test_what_is_needed_must_be_said(missing: str) -> None:
    columns = {"order_no": "a", "at": "b", "amount": "c"}
    del columns[missing]
    stored = PayoutOptions(columns={}).to_json() | {"columns": columns}
    with pytest.raises(MalformedPayoutOptions, match=missing):
        PayoutOptions.from_json(stored).check()


def test_options_come_back_as_they_were_stored() -> None:
    options = guess(
        ("商户订单号", "发生时间", "收入"), rows=[], preset=None, timezone="UTC", currency="CNY"
    )
    assert PayoutOptions.from_json(options.to_json()) == options
