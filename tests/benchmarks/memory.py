"""How much memory this process needs while work goes on."""

import os
import resource
from pathlib import Path

_STATM = Path("/proc/self/statm")


class Memory:
    """The most memory in use up to each fifth of the work, in megabytes."""

    def __init__(self, work: int) -> None:
        self._work = work
        self.most = [0] * 5

    def note(self, done: int) -> None:
        """Look at the memory now that so much of the work is done."""
        fifth = min(max(done - 1, 0) * 5 // self._work, 4)
        self.most[fifth] = max(self.most[fifth], _megabytes())

    @property
    def growth(self) -> int:
        """How much more it was at the worst than in the first fifth that was looked at."""
        seen = [megabytes for megabytes in self.most if megabytes]
        return max(seen) - seen[0]

    def __str__(self) -> str:
        return "/".join(map(str, self.most)) + " MB by fifths"


def _megabytes() -> int:
    """What other benchmarks needed before is not ours: the present size, where it is told."""
    if _STATM.is_file():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10
