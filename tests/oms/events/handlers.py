"""Handlers as apps write them; what they did stands in the timeline under the subject "sku"."""

from datetime import datetime

from oms.audit import timeline
from oms.models import TimelineEntry
from oms.refusals import Refusal

NUMBER = "13800001234"


class Unsayable(Refusal):
    """Its text needs a fact that nobody gave."""

    message = "%(missing)s"


def note(*, sku_ids: list[int], now: datetime, **_newer: object) -> None:
    for sku_id in sku_ids:
        timeline.record("sku", sku_id, "note", at=now)


def note_again(*, sku_ids: list[int], now: datetime, **_newer: object) -> None:
    note(sku_ids=sku_ids, now=now)


def fail(*, sku_ids: list[int], now: datetime, **_newer: object) -> None:
    note(sku_ids=sku_ids, now=now)
    raise ValueError("shelf 7 is full")


def name_a_person(**_payload: object) -> None:
    raise ValueError(f"no answer from {NUMBER}")


def be_killed(*, sku_ids: list[int], now: datetime, **_newer: object) -> None:
    note(sku_ids=sku_ids, now=now)
    raise SystemExit("out of time")


def raise_without_words(**_payload: object) -> None:
    raise Unsayable


def raise_what_postgresql_cannot_store(**_payload: object) -> None:
    raise ValueError("a\0b")


def raise_half_an_emoji(**_payload: object) -> None:
    """As a title that a platform cut in the middle of a character."""
    raise ValueError("cup \ud83d")


def noted() -> list[int]:
    entries = TimelineEntry.objects.filter(subject="sku", action="note")
    return list(entries.order_by("pk").values_list("subject_id", flat=True))
