"""The table of playbooks: which one fits, what it asks for, whose approval it needs."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftersales.models import Kind, Reason
from aftersales.playbooks import PLAYBOOKS, UnknownPlaybook, choose, levels, playbook

CLOTHING, AUDIO = frozenset({"hoodies", "clothing"}), frozenset({"audio"})


def chosen(reason: Reason, *categories: frozenset[str], before: bool = False) -> str:
    return choose(reason=reason, categories=categories, before_shipping=before).name


def test_clothing_that_does_not_fit_is_exchanged() -> None:
    found = choose(reason=Reason.SIZE, categories=[CLOTHING], before_shipping=False)
    assert (found.name, found.kinds[0]) == ("clothing_size", Kind.EXCHANGE)


def test_electronics_that_do_not_work_are_inspected_first() -> None:
    found = choose(reason=Reason.FAULT, categories=[AUDIO], before_shipping=False)
    assert (found.name, found.inspect_first) == ("electronics_fault", True)
    assert found.photos


def test_one_item_of_another_category_takes_the_default() -> None:
    assert chosen(Reason.FAULT, AUDIO, CLOTHING) == "default"
    assert chosen(Reason.SIZE, CLOTHING, frozenset()) == "default"


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (Reason.CHANGED_MIND, "default"),
        (Reason.DAMAGED, "sellers_fault"),
        (Reason.MISSING, "sellers_fault"),
        (Reason.NOT_RECEIVED, "not_received"),
    ],
)
def test_reason_decides_where_no_category_does(reason: Reason, name: str) -> None:
    assert chosen(reason, frozenset()) == name


@pytest.mark.parametrize("reason", Reason)
def test_before_shipping_there_is_only_the_money(reason: Reason) -> None:
    found = choose(reason=reason, categories=[AUDIO], before_shipping=True)
    assert found.kinds == (Kind.REFUND_ONLY,)


def test_every_request_finds_a_playbook() -> None:
    for reason, category, before in product(Reason, (CLOTHING, AUDIO, frozenset()), (True, False)):
        assert chosen(reason, category, before=before)


def test_names_are_unique_and_found() -> None:
    assert len({one.name for one in PLAYBOOKS}) == len(PLAYBOOKS)
    assert playbook("default").name == "default"
    with pytest.raises(UnknownPlaybook):
        playbook("gone")


def level_count(name: str, amount: str, *, kind: Kind | None = None, **told: object) -> int:
    book = playbook(name)
    asked: dict[str, object] = {"currency": "CNY", "is_unusual": False, **told}
    kind = kind or book.kinds[0]
    return len(levels(book, kind=kind, amount=Decimal(amount), **asked))  # type: ignore[arg-type]


def test_small_and_usual_needs_nobody() -> None:
    assert level_count("before_shipping", "500.00") == 0
    assert level_count("before_shipping", "500.01") == 1


def test_unusual_asks_a_person_however_small() -> None:
    assert level_count("before_shipping", "1.00", is_unusual=True) == 1


def test_another_currency_asks_a_person() -> None:
    assert level_count("before_shipping", "1.00", currency="USD") == 1


def test_playbook_without_a_limit_never_agrees_alone() -> None:
    assert level_count("default", "0.00") == 1


@given(st.sampled_from(PLAYBOOKS), st.decimals(0, 10**6, places=2), st.booleans())
def test_money_without_goods_once_they_left_always_asks_a_person(
    book: object, amount: Decimal, unusual: bool
) -> None:
    for one in PLAYBOOKS:
        asked = levels(
            one, kind=Kind.REFUND_ONLY, amount=amount, currency="CNY", is_unusual=unusual
        )
        assert len(asked) <= 2
        assert asked or one.before_shipping
