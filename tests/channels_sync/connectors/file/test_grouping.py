"""Rows of one order come together wherever in the file they stand, and every row is counted."""

import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.connectors.file import grouping
from channels_sync.connectors.file.grouping import (
    digest_of,
    dump_group,
    groups,
    load_group,
    survey,
)
from channels_sync.connectors.file.opening import open_orders
from channels_sync.connectors.file.sums import merge
from channels_sync.dto import ImportOptions, RowGroup, Sums
from tests.factories.channels_sync import csv_bytes, options_json, row

OPTIONS = ImportOptions.from_json(options_json())


def groups_of(*rows: list[str]) -> list[RowGroup]:
    table = open_orders(io.BytesIO(csv_bytes(*rows)))
    return list(groups(table, OPTIONS, survey(table, OPTIONS)))


def test_scattered_rows_come_together_when_the_last_has_come() -> None:
    found = groups_of(row("A"), row("B"), row("A"), row("C"))
    assert [(group.number, [each.number for each in group.rows]) for group in found] == [
        ("B", [3]),
        ("A", [2, 4]),
        ("C", [5]),
    ]


def test_rows_without_a_number_stay_apart() -> None:
    assert [len(group.rows) for group in groups_of(row(""), row(""))] == [1, 1]


def test_group_of_a_wrong_column_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grouping, "MAX_LINES", 3)
    [group] = groups_of(*[row("A")] * 10)
    assert (len(group.rows), group.sums.rows) == (4, 10)
    assert group.sums.money == {"CNY": Decimal(250)}


def test_kept_rows_are_read_by_the_options_of_today() -> None:
    [group] = groups_of(row("A", price="1,5"))
    assert group.sums.unpriced == 1
    mended = ImportOptions.from_json(options_json(decimal_mark=",", thousands_mark="."))
    loaded = load_group(dump_group(group), mended)
    assert (loaded.number, loaded.rows) == ("A", group.rows)
    assert (loaded.sums.unpriced, loaded.sums.money) == (0, {"CNY": Decimal(3)})


def test_same_rows_elsewhere_in_a_file_have_the_same_digest() -> None:
    first, second = groups_of(row("A"), row("B"))[0], groups_of(row("B"), row("A"))[1]
    assert first.number == second.number
    assert first.rows[0].number != second.rows[0].number
    assert digest_of(first) == digest_of(second)


def test_sums_are_exact_to_the_last_digit() -> None:
    big = row("A", quantity=999_999_999, price="999999999999999.123456789012")
    small = row("B", quantity=1, price="0.000000000001")
    table = open_orders(io.BytesIO(csv_bytes(big, small)))
    picos = 999_999_999 * 999999999999999123456789012 + 1
    told = survey(table, OPTIONS).sums.money["CNY"]
    assert str(told).replace(".", "") == str(picos)


_cells = st.fixed_dictionaries(
    {
        "number": st.sampled_from(["", "A", "B", "C"]),
        "quantity": st.sampled_from(["1", "-2", "x", ""]) | st.integers(-(10**6), 10**6),
        "price": st.sampled_from(["1.5", "0.001", "?", ""]) | st.decimals(0, 10**6, places=4),
    }
)


@given(st.lists(_cells, max_size=30))
def test_every_row_is_in_exactly_one_group(told: list[dict[str, Any]]) -> None:
    rows = [row(**cells) for cells in told]
    table = open_orders(io.BytesIO(csv_bytes(*rows)))
    plan = survey(table, OPTIONS)
    found = list(groups(table, OPTIONS, plan))
    numbers = sorted(each.number for group in found for each in group.rows)
    assert numbers == list(range(2, len(rows) + 2))
    whole = Sums()
    for group in found:
        merge(whole, group.sums)
    assert (whole.rows, whole.unpriced) == (plan.sums.rows, plan.sums.unpriced)
    assert {c: a for c, a in whole.money.items() if a} == {
        c: a for c, a in plan.sums.money.items() if a
    }
