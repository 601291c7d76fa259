"""How long files and functions are."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median_high

from deploy.house_rules.model import Source
from deploy.house_rules.shape import functions, length

FEW = 40
"""Below this many files a median says more about chance than about habits."""
TYPICAL_FILE_LINES = 100
TYPICAL_FUNCTION_LINES = 12


@dataclass(frozen=True)
class Sizes:
    """Lines of each file and of each function."""

    files: list[int]
    functions: list[int]

    def faults(self) -> list[str]:
        """Say which median is above its target; nothing while there is too little to tell."""
        if len(self.files) < FEW:
            return []
        measured = (
            ("file", self.files, TYPICAL_FILE_LINES),
            ("function", self.functions, TYPICAL_FUNCTION_LINES),
        )
        return [
            f"the median {what} has {median_high(lengths)} lines, {typical} is the target"
            for what, lengths, typical in measured
            if lengths and median_high(lengths) > typical
        ]


def measure(sources: Iterable[Source]) -> Sizes:
    sources = list(sources)
    return Sizes(
        files=[len(source.text.splitlines()) for source in sources],
        functions=[length(function) for source in sources for function in functions(source.tree)],
    )
