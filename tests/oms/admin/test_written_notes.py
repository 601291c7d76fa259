"""What the program writes down by itself is shown in the words of the people who read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from oms import registries
from oms.admin.notes import NOTES, spoken
from oms.admin.words import act_label
from oms.approvals.services import APPROVE, REJECT

ROOT = Path(__file__).parents[3]
NOTING = {"append", "_note"}
APPS = ("oms", "channels_sync", "warehouse", "aftersales")


def written() -> Iterator[str]:
    """Yield every note that stands in a service as it is."""
    for app in APPS:
        for path in (ROOT / app / "services").rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.keyword) and node.arg in {"note", "reason"}:
                    value = node.value
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value


def test_every_note_of_the_program_has_words() -> None:
    found = {text for text in written() if text}
    assert "stock came" in found
    known = NOTES.keys() | {text for one in registries.words for text in one.notes}
    assert found - known == set()


def test_counted_goods_are_told_in_words() -> None:
    assert spoken("quarantine 1, good 12") == "待检 1, 良品 12"


def test_note_of_a_person_is_masked_and_otherwise_left_alone() -> None:
    assert "13800001234" not in spoken("good 13800001234")
    assert spoken("买家说 good 就行") == "买家说 good 就行"


def sealed() -> Iterator[str]:
    """Yield the kind of every act that is appended to the evidence, by itself or by a helper."""
    for app in APPS:
        for path in (ROOT / app).rglob("*.py"):
            text = path.read_text()
            if "evidence.append import append" not in text:
                continue
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NOTING:
                    found = [*node.args[:1], *(word.value for word in node.keywords)]
                    told = [one.value for one in found if isinstance(one, ast.Constant)]
                    yield from (one for one in told if isinstance(one, str) and one)


def test_every_act_of_the_evidence_has_words() -> None:
    kinds = {kind for kind in sealed() if kind.replace("_", "").replace(".", "").isalpha()}
    kinds |= {f"approval.{verdict}" for verdict in (APPROVE, REJECT)}
    assert {"refund.ask", "role.prolong", "listings.undo", "channel.pause"} <= kinds
    assert {kind for kind in kinds if act_label(kind) == kind} == set()
