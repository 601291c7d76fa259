"""How values look: amounts, times, deadlines, numbers to copy, and nothing that escapes."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from oms.admin import show
from oms.admin.tones import tone_of
from oms.flows.order import OrderStatus


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("1234.5", "CNY", "¥1,234.50"),
        ("-8", "CNY", "−¥8.00"),
        ("0", "USD", "$0.00"),
        ("12", "SEK", "SEK 12.00"),
    ],
)
def test_amount_has_sign_groups_and_cents(value: str, currency: str, text: str) -> None:
    assert f">{text}<" in show.amount(Decimal(value), currency)


@pytest.mark.parametrize(
    ("hours", "tone", "text"),
    [(-2, "red", "超时 2\xa0小时"), (3, "amber", "还剩 3\xa0小时"), (30, "grey", "还剩 1\xa0日")],
)
def test_deadline_warns_in_time(now: datetime, hours: int, tone: str, text: str) -> None:
    with override("zh-hans"):
        html = show.countdown(now + timedelta(hours=hours), now)
    assert f"oms-{tone}" in html
    assert text in html
    assert "2026-11-1" in html


def test_time_is_relative_with_the_exact_one_on_hover(now: datetime) -> None:
    with override("zh-hans"):
        assert "10\xa0分钟前" in show.moment(now - timedelta(minutes=10), now)
        assert "2\xa0小时后" in show.moment(now + timedelta(hours=2), now)
        assert "刚刚" in show.moment(now, now)
    assert 'title="2026-11-11 10:00:00"' in show.moment(now, now)
    assert show.moment(None, now) == show.NOTHING


def test_nothing_escapes_into_the_page(now: datetime) -> None:
    evil = "<script>alert('x')</script>"
    shown = (
        show.chip(evil, "red", title=evil),
        show.copyable(evil, url=f'"{evil}'),
        show.stack(evil, evil),
        show.row([evil]),
        show.facts({evil: [evil, {evil: evil}]}),
        show.link(evil, evil),
    )
    for html in shown:
        assert "<script>" not in html


def test_empty_parts_take_no_room() -> None:
    assert show.row(["", ""]) == ""
    assert show.copyable("") == ""
    assert show.stack("one", "").count("<span>") == 1


def test_facts_leave_out_what_is_empty_and_speak_chinese() -> None:
    with override("zh-hans"):
        html = show.facts({"store": 3, "warehouse": None, "no_such_word": True})
    assert "店铺" in html
    assert "仓库" not in html
    assert "no such word" in html
    assert "是" in html


def test_every_status_of_an_order_has_a_tone() -> None:
    tones = {status: tone_of(status) for status in OrderStatus}
    assert tones[OrderStatus.SHIPPED] == "green"
    assert tones[OrderStatus.RELEASED] == "blue"
    assert tones[OrderStatus.PENDING_REVIEW] == "grey"
