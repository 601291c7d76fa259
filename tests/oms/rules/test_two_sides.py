"""A word that two sides change: every case, and that no text is ever lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.rules.two_sides import Settled, both, settle

WORDS = st.sampled_from(["", "轻放", "勿催", "轻放 勿催", "发顺丰"])


@pytest.mark.parametrize(
    ("told", "ours", "known", "facts", "expected"),
    [
        ("a", "b", "a", "waiting", Settled("b", "a")),
        ("", "b", "a", "waiting", Settled("b", "a")),
        ("b", "b", "a", "waiting", Settled("b", "b")),
        ("c", "a", "a", "newer", Settled("c", "c")),
        ("c", "b", "a", "waiting newer", Settled("b", "c", is_clash=True)),
        ("old", "b", "a", "waiting newer", Settled("b", "a")),
        ("old", "a", "a", "", Settled("a", "a")),
        ("old", "a", "a", "newer", Settled("old", "old")),
        (" a \n b", "a b", "x", "waiting", Settled("a b", " a \n b")),
    ],
    ids=[
        "the channel changed nothing",
        "silence is no change",
        "our own echo",
        "only the channel changed",
        "both changed",
        "an old word while ours is on its way",
        "an old word that comes late",
        "an old word written anew",
        "blanks folded on the way",
    ],
)
def test_every_case(told: str, ours: str, known: str, facts: str, expected: Settled) -> None:
    found = settle(
        told,
        ours=ours,
        known=known,
        past=["old"],
        is_waiting="waiting" in facts,
        is_newer="newer" in facts,
    )
    assert found == expected


@given(theirs=WORDS, ours=WORDS)
def test_both_loses_no_word_and_repeats_none(theirs: str, ours: str) -> None:
    text = both(theirs, ours)
    assert {*theirs.split(), *ours.split()} <= set(text.split())
    assert both(theirs, text) == text == both(text, ours)
