"""How a WooCommerce shop answers: HTTP statuses, JSON refusals, and its host's web pages."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from channels_sync.simulator.replies import Reply, json_reply

SITE = ZoneInfo("Asia/Shanghai")
"""The shop's own clock: what does not end in ``_gmt`` is told by it."""
_HTML = "text/html;charset=UTF-8"


class No(Exception):  # noqa: N818 - an answer, not a fault of ours
    """A refusal with its HTTP status."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code
        self.words = words


def no(problem: No) -> Reply:
    told = {"code": problem.code, "message": problem.words, "data": {"status": problem.status}}
    return json_reply(told, status=problem.status)


def web_page(status: int, title: str, **headers: str) -> Reply:
    """What the host answers before the shop was asked."""
    body = f"<!doctype html><html><head><title>{title}</title></head><body>{title}</body></html>"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(body=body.encode(), status=status, content_type=_HTML, headers=named)


def invalid(name: str) -> No:
    return No(400, "rest_invalid_param", f"Invalid parameter(s): {name}")


def not_found(what: str = "shop_order") -> No:
    return No(404, f"woocommerce_rest_{what}_invalid_id", "Invalid ID.")


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def gmt(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def local(moment: datetime | None) -> str | None:
    return moment.astimezone(SITE).strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def read_moment(text: str, name: str, *, is_gmt: bool) -> datetime:
    """:raises No: if it is no moment"""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise invalid(name) from None
    return told.replace(tzinfo=told.tzinfo or (UTC if is_gmt else SITE))


def number_of(told: Any, name: str, usual: int | None = None) -> int:
    """:raises No: if it is none"""
    value = told.get(name, usual)
    text = str(value)
    if isinstance(value, bool) or not text.isdecimal():
        raise invalid(name)
    return int(text)
