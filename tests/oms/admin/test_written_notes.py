"""What the program writes down by itself is shown in the words of the people who read it."""

import ast
from collections.abc import Iterator
from pathlib import Path

from oms.admin.notes import NOTES, spoken

ROOT = Path(__file__).parents[3]
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
    assert found - NOTES.keys() == set()


def test_counted_goods_are_told_in_words() -> None:
    assert spoken("quarantine 1, good 12") == "待检 1, 良品 12"


def test_note_of_a_person_is_masked_and_otherwise_left_alone() -> None:
    assert "13800001234" not in spoken("good 13800001234")
    assert spoken("买家说 good 就行") == "买家说 good 就行"
