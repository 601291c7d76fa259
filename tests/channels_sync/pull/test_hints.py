"""What a push hinted at is read once, whatever comes twice, in between, or not at all."""

from datetime import timedelta

import pytest

from channels_sync.connectors.knocks import Hint, Subject
from channels_sync.models import ChannelHint, RawOrder
from channels_sync.services import hints
from oms.integration.errors import ErrorKind, IntegrationError
from oms.models import Store
from tests.channels_sync.pull.scripted import ScriptedPuller, pulled
from tests.factories.oms import NOW

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def order(number: str) -> Hint:
    return Hint(subject=Subject.ORDER, channel_no=number)


def kept() -> list[str]:
    return list(RawOrder.objects.order_by("pk").values_list("channel_order_no", flat=True))


def test_ten_pushes_about_an_order_are_one_reading(
    store: Store, platform: type[ScriptedPuller]
) -> None:
    platform.one["1"] = pulled("1")
    for second in range(10):
        hints.note(store.pk, hints=[order("1"), order("1")], now=NOW + timedelta(seconds=second))
    assert hints.reread_due(now=NOW + MINUTE) == 1
    assert (platform.read, kept()) == (["1"], ["1"])
    assert not ChannelHint.objects.exists()


def test_push_that_comes_while_it_is_read_is_read_once_more(
    store: Store, platform: type[ScriptedPuller], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.one["1"] = pulled("1")
    hints.note(store.pk, hints=[order("1")], now=NOW)
    fetch = platform.fetch_order

    def slow(self: ScriptedPuller, number: str) -> object:
        hints.note(store.pk, hints=[order("1")], now=NOW + MINUTE)
        return fetch(self, number)

    with monkeypatch.context() as patch:
        patch.setattr(platform, "fetch_order", slow)
        hints.reread_due(now=NOW)
    assert ChannelHint.objects.get().not_before <= NOW + MINUTE
    hints.reread_due(now=NOW + MINUTE)
    assert (platform.read, kept()) == (["1", "1"], ["1"])
    assert not ChannelHint.objects.exists()


def test_order_that_the_platform_does_not_have_is_forgotten(
    store: Store, platform: type[ScriptedPuller]
) -> None:
    hints.note(store.pk, hints=[order("gone")], now=NOW)
    assert hints.reread_due(now=NOW) == 0
    assert not ChannelHint.objects.exists()


def test_one_bad_order_does_not_stop_the_others(
    store: Store, platform: type[ScriptedPuller]
) -> None:
    platform.one |= {"1": ZeroDivisionError("13800001111"), "2": pulled("2")}
    hints.note(store.pk, hints=[order("1"), order("2")], now=NOW)
    assert hints.reread_due(now=NOW) == 1
    left = ChannelHint.objects.get()
    assert (left.channel_no, left.attempts) == ("1", 1)
    assert left.not_before > NOW
    assert "13800001111" not in left.last_error


def test_throttled_line_rests_and_nothing_is_lost(
    store: Store, platform: type[ScriptedPuller]
) -> None:
    busy = IntegrationError(
        "slow down", kind=ErrorKind.THROTTLE, code="7", retry_after=timedelta(minutes=3)
    )
    platform.one |= {"1": busy, "2": pulled("2"), "3": pulled("3")}
    hints.note(store.pk, hints=[order("1"), order("2"), order("3")], now=NOW)
    hints.reread_due(now=NOW)
    assert platform.read == ["1"]
    assert {row.not_before for row in ChannelHint.objects.all()} == {NOW + 3 * MINUTE}
    platform.one["1"] = pulled("1")
    hints.reread_due(now=NOW + 3 * MINUTE)
    assert kept() == ["1", "2", "3"]


def test_worker_that_died_leaves_the_hint_for_the_next(
    store: Store, platform: type[ScriptedPuller], monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.one["1"] = pulled("1")
    hints.note(store.pk, hints=[order("1")], now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(hints, "_reread", lambda *_a, **_k: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            hints.reread_due(now=NOW)
    assert hints.reread_due(now=NOW + MINUTE) == 0  # still leased
    assert hints.reread_due(now=NOW + timedelta(hours=1)) == 1
    assert kept() == ["1"]


def test_store_that_is_switched_off_is_not_asked(
    store: Store, platform: type[ScriptedPuller]
) -> None:
    hints.note(store.pk, hints=[order("1")], now=NOW)
    store.is_active = False
    store.save()
    assert hints.reread_due(now=NOW) == 0
    assert (platform.read, ChannelHint.objects.count()) == ([], 1)
