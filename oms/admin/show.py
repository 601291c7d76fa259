"""How values look everywhere in the back office: chips, amounts, times, numbers to copy."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from oms.admin.tones import tone_of

Text = str | Promise

NOTHING = "—"
SOON = timedelta(hours=4)
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥"}


def chip(text: Text, tone: str = "grey", *, title: Text = "") -> SafeString:
    return format_html(
        '<span class="oms-chip oms-{}" title="{}">{}</span>', tone, str(title), str(text)
    )


def status_chip(value: str, label: Text, *, tone: str = "") -> SafeString:
    return chip(label, tone or tone_of(value))


def copyable(text: str, *, url: str = "", strong: bool = False) -> SafeString:
    """Show a number with a button that copies it, as a link where it leads somewhere."""
    if not text:
        return SafeString("")
    shown = link(text, url) if url else format_html("<span>{}</span>", text)
    return format_html(
        '<span class="oms-number{}">{}<button type="button" class="oms-copy" data-copy="{}" '
        'title="{}" aria-label="{}"><span class="material-symbols-outlined">content_copy</span>'
        "</button></span>",
        " is-strong" if strong else "",
        shown,
        text,
        _("Copy"),
        _("Copy %(text)s") % {"text": text},
    )


def link(text: Text, url: str) -> SafeString:
    return format_html('<a class="oms-link" href="{}">{}</a>', url, str(text))


def amount(value: Decimal | None, currency: str) -> SafeString:
    """Show money with its sign and two decimals; minus in front."""
    if value is None:
        return SafeString(NOTHING)
    return format_html('<span class="oms-amount">{}</span>', plain_amount(value, currency))


def plain_amount(value: Decimal, currency: str) -> str:
    sign = _SIGNS.get(currency, f"{currency} ")
    minus = "−" if value < 0 else ""
    return f"{minus}{sign}{abs(value):,.2f}"


def moment(at: datetime | None, now: datetime) -> SafeString:
    """Show how long ago (or in how long), with the exact time on hover."""
    if at is None:
        return SafeString(NOTHING)
    if abs(now - at) < timedelta(minutes=1):
        text = _("just now")
    elif at > now:
        text = _("in %(time)s") % {"time": timesince(now, at, depth=1)}
    else:
        text = _("%(time)s ago") % {"time": timesince(at, now, depth=1)}
    return _time(at, text)


def exact(at: datetime | None) -> SafeString:
    return SafeString(NOTHING) if at is None else _time(at, _stamp(at))


def duration(span: timedelta) -> str:
    """Show a length of time in its largest unit."""
    if span < timedelta(minutes=1):
        return _("under a minute")
    start = datetime(2000, 1, 1, tzinfo=timezone.get_default_timezone())
    return timesince(start, start + span, depth=1)


def countdown(at: datetime | None, now: datetime) -> SafeString:
    """Show the time left until a deadline: grey, amber in the last four hours, red when missed."""
    if at is None:
        return SafeString(NOTHING)
    left = at - now
    if left < timedelta(0):
        text, tone = _("%(time)s late") % {"time": duration(-left)}, "red"
    else:
        text, tone = _("%(time)s left") % {"time": duration(left)}, "amber"
        tone = tone if left < SOON else "grey"
    return chip(text, tone, title=_stamp(at))


def stack(*lines: SafeString | str) -> SafeString:
    """Put short texts under each other, the first one in front."""
    shown = [(line,) for line in lines if line]
    return format_html(
        '<span class="oms-stack">{}</span>', format_html_join("", "<span>{}</span>", shown)
    )


def row(parts: Iterable[SafeString | str]) -> SafeString:
    """Put chips beside each other; they wrap."""
    shown = [(part,) for part in parts if part]
    if not shown:
        return SafeString("")
    return format_html('<span class="oms-row">{}</span>', format_html_join("", "{}", shown))


def yes_no(value: bool) -> str:
    return _("yes") if value else _("no")


def facts(value: Any) -> SafeString:
    """Show a small JSON value as words and values instead of brackets."""
    if isinstance(value, dict):
        # The names are the code's; where the catalogue knows the word, people read that.
        pairs = (
            (_(str(name).replace("_", " ")), facts(inner))
            for name, inner in value.items()
            if inner not in (None, "", [], {})
        )
        return format_html(
            '<dl class="oms-json">{}</dl>',
            format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs),
        )
    if isinstance(value, list):
        inner = ((facts(item),) for item in value)
        return format_html(
            '<ul class="oms-json">{}</ul>', format_html_join("", "<li>{}</li>", inner)
        )
    if isinstance(value, bool):
        return format_html("{}", yes_no(value))
    return format_html("{}", NOTHING if value in (None, "") else value)


def _time(at: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), _stamp(at), text)


def _stamp(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
