"""Nobody waits for ever, and a shop with a mountain of orders holds up nobody."""

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_sync.services.turns import BACKLOG, LIVE, Turn, in_turn, serve
from tests.factories.oms import NOW

MINUTE = timedelta(minutes=1)
Shop = tuple[str, bool]
"""A shop's name, and whether it is the turn of its backlog."""


def turn(name: str, minutes: float = 0, *, backlog: bool = False, weight: int = 1) -> Turn[str]:
    due_at = NOW - timedelta(minutes=minutes)
    return Turn(name, due_at, BACKLOG if backlog else LIVE, weight)


@pytest.mark.parametrize(
    ("turns", "order"),
    [
        ([turn("late", 1), turn("later", 5)], ["later", "late"]),
        ([turn("old", 5, backlog=True), turn("new", 0)], ["new", "old"]),
        ([turn("new", 0), turn("very old", 10, backlog=True)], ["very old", "new"]),
        ([turn("light", 0), turn("heavy", 0, weight=2)], ["heavy", "light"]),
        ([turn("first", 1), turn("second", 1)], ["first", "second"]),
    ],
    ids=["by waiting", "live before backlog", "backlog in the end", "by weight", "as named"],
)
def test_the_one_whose_patience_ends_first_goes_first(
    turns: list[Turn[str]], order: list[str]
) -> None:
    assert [each.key for each in in_turn(turns)] == order


def test_more_work_waits_behind_all_that_came_before() -> None:
    done: list[str] = []
    left = {"big": 3, "small": 1}

    def work(key: str) -> list[Turn[str]]:
        done.append(key)
        left[key] -= 1
        return [turn(key)] if left[key] else []

    assert serve([turn("big", 1), turn("small", 0.5)], do=work, has_time=lambda: True) == 4
    assert done == ["big", "small", "big", "big"]


def test_nobody_is_lined_up_twice() -> None:
    done: list[str] = []

    def work(key: str) -> list[Turn[str]]:
        done.append(key)
        return [turn("second"), turn("third")] if key == "first" else []

    serve([turn("first", 2), turn("second", 1)], do=work, has_time=lambda: True)
    assert done == ["first", "second", "third"]


class Market:
    """Shops with so many pages waiting, live and behind; one worker, one round a minute."""

    def __init__(self, live: dict[str, int], behind: dict[str, int]) -> None:
        self.pages = {(name, False): pages for name, pages in live.items()}
        self.pages |= {(name, True): pages for name, pages in behind.items()}
        self.due: dict[Shop, datetime] = {shop: NOW for shop, left in self.pages.items() if left}
        self.waited: dict[Shop, int] = dict.fromkeys(self.pages, 0)
        self.longest: dict[Shop, int] = dict.fromkeys(self.pages, 0)
        self.now = NOW

    def round(self, *, budget: int, slice_pages: int) -> None:
        self.now += MINUTE
        left = budget
        served: set[Shop] = set()

        def work(shop: Shop) -> list[Turn[Shop]]:
            nonlocal left
            taken = min(slice_pages, self.pages[shop], left)
            left -= max(taken, 1)
            self.pages[shop] -= taken
            served.add(shop)
            self.due.pop(shop)
            if self.pages[shop]:
                self.due[shop] = self.now
                return [self._turn(shop)]
            return []

        serve([self._turn(shop) for shop in sorted(self.due)], do=work, has_time=lambda: left > 0)
        for shop in self.pages:
            is_waiting = shop in self.due and shop not in served
            self.waited[shop] = self.waited[shop] + 1 if is_waiting else 0
            self.longest[shop] = max(self.longest[shop], self.waited[shop])

    def arrive(self, name: str, pages: int = 1) -> None:
        self.pages[name, False] += pages
        self.due.setdefault((name, False), self.now)

    def _turn(self, shop: Shop) -> Turn[Shop]:
        return Turn(shop, self.due[shop], BACKLOG if shop[1] else LIVE)


SHOPS = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 400), min_size=2)


@given(live=SHOPS, behind=SHOPS, slice_pages=st.integers(1, 5), budget=st.integers(5, 40))
def test_no_due_shop_waits_longer_than_its_place_in_the_line(
    live: dict[str, int], behind: dict[str, int], slice_pages: int, budget: int
) -> None:
    """Everybody before it has one slice at most, and a backlog's patience is ten rounds."""
    market = Market(live, behind)
    for _round in range(40):
        market.round(budget=budget, slice_pages=slice_pages)
    line = -(-len(market.pages) * slice_pages // budget)
    for (_name, is_behind), longest in market.longest.items():
        assert longest <= line + (BACKLOG // MINUTE if is_behind else 1)


def test_shop_with_fifty_thousand_orders_holds_up_none_of_nine_small_ones() -> None:
    small = [f"small {number}" for number in range(9)]
    market = Market(dict.fromkeys(["huge", *small], 1), {"huge": 1000})
    rounds = count()
    while market.pages["huge", True]:
        market.round(budget=40, slice_pages=10)
        for name in [*small, "huge"]:
            market.arrive(name)
        assert next(rounds) < 60
    assert all(market.longest[name, False] <= 2 for name in small)
    assert market.longest["huge", False] <= 2
