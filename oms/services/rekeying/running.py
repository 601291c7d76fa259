"""The whole change of keys, from the first column to the last file."""

from dataclasses import dataclass, field
from typing import Any

from oms.privacy.keys import index_keys, keyring
from oms.services.rekeying.columns import look, reseal, sealed_tables
from oms.services.rekeying.copies import copies, reindex_copies
from oms.services.rekeying.files import drawers, reseal_files
from oms.services.rekeying.marks import reindex_receivers
from oms.services.rekeying.tally import Progress, Tally, quiet
from oms.services.rekeying.versions import count_buyers

BATCH = 200


@dataclass(slots=True)
class Report:
    """``current`` is the version of the newest field key, ``index`` that of the newest index key;
    ``marks`` are what personal data is found by."""

    current: int
    index: int
    sealed: list[Tally] = field(default_factory=list)
    marks: list[Tally] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left under an older field key, so that it can be dropped."""
        return not any(tally.left(self.current) for tally in self.sealed)

    @property
    def old_marks(self) -> int:
        """How many marks are by an older index key: found as long as that is listed."""
        return sum(tally.left(self.index) for tally in self.marks)

    @property
    def in_use(self) -> list[int]:
        """The versions under which anything lies."""
        return sorted({version for tally in self.sealed for version in tally.versions})

    def to_json(self) -> dict[str, Any]:
        return {
            "current": self.current,
            "in_use": self.in_use,
            "whole": self.is_whole,
            "sealed": [tally.to_json() for tally in self.sealed],
            "index": self.index,
            "old_marks": self.old_marks,
            "marks": [tally.to_json() for tally in self.marks],
        }


def rekey(*, batch: int = BATCH, dry_run: bool = False, progress: Progress = quiet) -> Report:
    """Bring everything that is stored under the newest keys, or count what is not.

    The shop goes on meanwhile; a second run does what a first one did not come to.
    """
    report = Report(keyring().current, max(index_keys()))
    for table in sealed_tables():
        report.sealed += look(table) if dry_run else reseal(table, batch=batch, progress=progress)
    for drawer in drawers():
        report.sealed.append(reseal_files(drawer, dry_run=dry_run, progress=progress))
    report.marks = reindex_receivers(batch=batch, dry_run=dry_run, progress=progress)
    for model in copies():
        report.marks.append(reindex_copies(model, batch=batch, dry_run=dry_run, progress=progress))
    if dry_run:
        for tally in report.marks:
            tally.done = tally.left(report.index)
    report.marks.append(Tally("oms.Buyer.channel_buyer_id", versions=count_buyers()))
    return report
