"""What reading again did not change is for a person, once and in words."""

from decimal import Decimal

import pytest

from channels_sync.admin.reconciling import cause
from channels_sync.models import ChannelHint, Finding
from oms.dto import ChannelStatus
from tests.channels_sync.reconciling.conftest import Books, ScriptedLedger, listed

pytestmark = pytest.mark.django_db
Platform = type[ScriptedLedger]


def differing(books: Books, platform: Platform) -> Finding:
    """Find an amount that reading again is to heal."""
    books.order("1")
    platform.rows[:] = [listed("1", paid=Decimal(90))]
    books.run()
    return Finding.objects.get()


def again(books: Books) -> tuple[str, str]:
    books.run(minutes=31)
    found = Finding.objects.get()
    return found.state, found.cause


def test_what_was_read_again_and_stayed_is_for_a_person(books: Books, platform: Platform) -> None:
    assert differing(books, platform).state == "healing"
    ChannelHint.objects.all().delete()
    assert again(books) == ("open", "unchanged")
    assert "已重新读取" in cause(Finding.objects.get())
    assert again(books) == ("open", "unchanged")
    assert not ChannelHint.objects.exists()


def test_what_waits_to_be_read_is_still_being_healed(books: Books, platform: Platform) -> None:
    differing(books, platform)
    assert again(books) == ("healing", "")


def test_what_cannot_be_read_again_is_said_to_be_so(books: Books, platform: Platform) -> None:
    differing(books, platform)
    ChannelHint.objects.update(attempts=5)
    assert again(books) == ("open", "unread")
    assert ChannelHint.objects.exists()


def test_difference_that_moved_on_is_read_once_more(books: Books, platform: Platform) -> None:
    differing(books, platform)
    ChannelHint.objects.all().delete()
    again(books)
    platform.rows[:] = [listed("1", paid=Decimal(80))]
    assert again(books) == ("healing", "")
    assert ChannelHint.objects.get().channel_no == "1"


def test_what_a_person_has_is_healed_when_it_is_gone(books: Books, platform: Platform) -> None:
    differing(books, platform)
    ChannelHint.objects.all().delete()
    again(books)
    platform.rows[:] = [listed("1")]
    assert again(books)[0] == "healed"


def test_platform_that_waits_for_a_parcel_is_said_to_wait_for_it(
    books: Books, platform: Platform
) -> None:
    books.order("1", channel_status=ChannelStatus.SHIPPED)
    platform.rows[:] = [listed("1")]
    books.run()
    ChannelHint.objects.all().delete()
    assert again(books) == ("open", "not_told")


def test_what_the_platform_no_longer_tells_is_not_healed_by_that(
    books: Books, platform: Platform
) -> None:
    books.order("1")
    platform.rows[:] = [listed("1", refunded=Decimal(5), waybill_nos=frozenset({"SF1"}))]
    books.run()
    platform.rows[:] = [listed("1", refunded=None, waybill_nos=None)]
    books.run(minutes=31)
    states = dict(Finding.objects.values_list("kind", "state"))
    assert states == {"refund": "healing", "tracking": "open"}
