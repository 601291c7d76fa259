"""Codes of the records in words, the core's and what feature apps add; notes without numbers."""

from datetime import datetime

import pytest
from django.apps import apps
from django.utils.translation import override

from oms import registries
from oms.admin.orders.happened import note, timeline_html
from oms.admin.words import act_label, action_label, carrier_label, status_label, subject_label
from oms.models import TimelineEntry
from oms.models.base import StatusModel
from oms.registries import Words

FOLLOWED = [model for model in apps.get_models() if issubclass(model, StatusModel)]
"""Everything whose moves the timeline tells."""


@pytest.mark.parametrize("model", FOLLOWED)
def test_every_row_action_and_status_has_words(model: type[StatusModel]) -> None:
    steps, states = model.FLOW.steps, model.FLOW.states
    spoken = {model.SUBJECT: subject_label(model.SUBJECT)}
    spoken |= {action: action_label(action, model.SUBJECT) for action in steps}
    bare = [code for code, word in spoken.items() if word == code.replace("_", " ")]
    assert bare == []
    with override("zh-hans"):
        words = [status_label(model.SUBJECT, state) for state in states]
        words += [action_label(action, model.SUBJECT) for action in steps]
    # One English word may be a moment, a number and a state: the state needs a word of its own.
    assert [word for word in words if word.isascii() and word in states] == []
    assert [word for word in words if word.endswith(("时间", "数量"))] == []


def test_unknown_codes_are_shown_as_they_are() -> None:
    assert action_label("do_a_thing", "thing") == "do a thing"
    assert subject_label("strange_thing") == "strange thing"
    assert status_label("thing", "odd") == "odd"
    assert act_label("thing.done") == "thing.done"
    assert carrier_label("dhl") == "dhl"


def test_apps_add_their_own_words() -> None:
    words = Words(
        "test-case",
        "case",
        statuses={"open": "still open"},
        actions={"open": "was opened"},
        acts={"case.opened": "case opened"},
    )
    registries.words.register(words)
    try:
        assert subject_label("test-case") == "case"
        assert status_label("test-case", "open") == "still open"
        assert action_label("open", "test-case") == "was opened"
        assert act_label("case.opened") == "case opened"
    finally:
        registries.words.unregister("test-case")
    assert subject_label("test-case") == "test-case"


def entry(action: str, text: str, now: datetime) -> TimelineEntry:
    return TimelineEntry(subject="order", subject_id=1, action=action, note=text, at=now)


def test_notes_are_masked_and_holds_named(now: datetime) -> None:
    with override("zh-hans"):
        assert note(entry("hold", "shortage: ring 13800009876", now)) == "缺货: ring 138****9876"
        assert note(entry("revise", "ring 13800009876", now)) == "ring 138****9876"
        assert note(entry("revise", "shortage: 2", now)) == "shortage: 2"


def test_timeline_escapes_what_people_wrote(now: datetime) -> None:
    html = timeline_html([entry("hold", "<b>bold</b>", now)], now)
    assert "<b>bold</b>" not in html
    assert "&lt;b&gt;" in html
