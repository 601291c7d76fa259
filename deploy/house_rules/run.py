"""Walk the checkout and print what breaks a rule."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from . import reach, shape, words, writes
from .model import Rule, Source

ROOT = Path(__file__).resolve().parents[2]
RULES: tuple[Rule, ...] = (*writes.RULES, *reach.RULES, *shape.RULES, *words.RULES)

SKIPPED_DIRECTORIES = frozenset({"__pycache__", "node_modules", "var", "build", "staticfiles"})
HIDDEN_BUT_OURS = frozenset({".ci", ".github"})
TEXT_SUFFIXES = frozenset(
    f".{suffix}"
    for suffix in (
        *("py", "html", "js", "css", "svg", "xml", "po", "md", "txt", "csv", "json", "sql"),
        *("toml", "cfg", "conf", "ini", "yaml", "yml", "sh", "service", "timer"),
    )
)


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule} {self.message}"


def findings(source: Source, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """Apply every rule to one file; Python that does not parse is itself a finding."""
    try:
        found = [
            Finding(source.path, line, rule.name, message)
            for rule in rules
            for line, message in rule.hits(source)
        ]
    except SyntaxError as error:
        return [Finding(source.path, error.lineno or 1, "syntax", error.msg)]
    return sorted(found)


def sources(root: Path, paths: Sequence[Path]) -> Iterator[Source]:
    """Yield the text files below absolute paths, as the checkout at ``root`` names them."""
    files = {file for path in paths for file in _files(path)}
    for file in sorted(files):
        text = _text(file)
        if text is not None:
            yield Source(file.relative_to(root).as_posix(), text)


def main(arguments: Sequence[str], *, root: Path = ROOT, out: TextIO = sys.stdout) -> int:
    """Check the named files and directories, or the whole checkout; return the exit status."""
    paths = [Path(argument).resolve() for argument in arguments] or [root]
    if strangers := [path for path in paths if not path.exists() or not path.is_relative_to(root)]:
        print(f"not in this checkout: {', '.join(map(str, strangers))}", file=out)
        return 2
    count = 0
    for source in sources(root, paths):
        for finding in findings(source):
            print(finding, file=out)
            count += 1
    if count:
        print(f"{count} against the house rules (deploy/house_rules)", file=out)
    return 1 if count else 0


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for directory, below, names in os.walk(path):
        below[:] = [name for name in below if _is_ours(name)]
        yield from (Path(directory, name) for name in names)


def _is_ours(directory: str) -> bool:
    if directory.startswith("."):
        return directory in HIDDEN_BUT_OURS
    return directory not in SKIPPED_DIRECTORIES


def _text(path: Path) -> str | None:
    """Read a file; none for what has another suffix or is no text (keys, pictures, catalogues)."""
    if path.suffix and path.suffix not in TEXT_SUFFIXES and not path.name.startswith("."):
        return None
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
