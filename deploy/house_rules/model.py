"""What a rule is, and what it looks at."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

Hit = tuple[int, str]
"""Line number, and what is wrong there."""
Example = tuple[str, str]
"""Path of an imagined file, and its text."""

PACKAGES = ("oms/*.py", "channels_sync/*.py", "warehouse/*.py", "aftersales/*.py")
TESTS = ("tests/*.py",)
DEPLOY = ("deploy/*.py",)
MIGRATIONS = ("*/migrations/*",)
SIMULATORS = ("*/simulator/*", "*/simulator.py")


@dataclass(frozen=True)
class Source:
    """One text file; ``path`` is relative to the checkout and has forward slashes."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Parse the text.

        :raises SyntaxError: if it is not Python
        """
        return ast.parse(self.text, filename=self.path)


Check = Callable[[Source], Iterable[Hit]]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A check, the paths it covers (shell patterns, where ``*`` crosses slashes) and its proof."""

    name: str
    check: Check
    only: tuple[str, ...]
    but: tuple[str, ...] = ()
    good: tuple[Example, ...]
    bad: tuple[Example, ...]

    def covers(self, path: str) -> bool:
        return _any_match(path, self.only) and not _any_match(path, self.but)

    def hits(self, source: Source) -> list[Hit]:
        """Return the violations in line order, each once; none where the rule does not cover."""
        return sorted(set(self.check(source))) if self.covers(source.path) else []


def _any_match(path: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
