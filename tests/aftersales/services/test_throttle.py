"""How often somebody may try, without keeping who it was."""

from datetime import datetime, timedelta

import pytest

from aftersales.models import AttemptCount
from aftersales.services.housekeeping import tidy
from aftersales.services.throttle import allow

pytestmark = pytest.mark.django_db

WINDOW = timedelta(minutes=15)


def tries(
    count: int, *, now: datetime, who: str = "203.0.113.7", what: str = "lookup"
) -> list[bool]:
    return [allow(what, who=who, limit=3, window=WINDOW, now=now) for _try in range(count)]


def test_limit_holds_within_its_window_and_ends_with_it(now: datetime) -> None:
    assert tries(5, now=now) == [True, True, True, False, False]
    assert tries(1, now=now + WINDOW) == [True]


def test_one_does_not_pay_for_another(now: datetime) -> None:
    tries(5, now=now)
    assert tries(1, now=now, who="203.0.113.8") == [True]
    assert tries(1, now=now, what="form") == [True]


def test_address_is_not_kept(now: datetime) -> None:
    tries(1, now=now)
    assert "203.0.113.7" not in str(vars(AttemptCount.objects.get()))


def test_old_counts_are_dropped(now: datetime) -> None:
    tries(1, now=now)
    tidy(now=now + timedelta(hours=23))
    assert AttemptCount.objects.exists()
    tidy(now=now + timedelta(hours=25))
    assert not AttemptCount.objects.exists()
