"""What a kind of list is, what becomes of its rows, and which kinds there are."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oms.models import User
from oms.refusals import Refusal
from oms.registries import Contributions
from oms.services.sheets.columns import Column

Label = str | Promise


class Fate(StrEnum):
    """What became of a row, or would."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


class Where(StrEnum):
    """To what the rows of a kind belong: to the whole company, a store or a warehouse."""

    EVERYWHERE = "everywhere"
    STORE = "store"
    WAREHOUSE = "warehouse"


class Outrun(Exception):
    """Somebody changed meanwhile what the plan was made on: plan these rows anew."""


@dataclass(slots=True)
class Row:
    """A row of the file: ``texts`` as in the file, ``values`` by column key, and its fate.

    ``target`` is what the kind means to save for it, ``fields`` which columns of that; ``effects``
    counts what it moves elsewhere.
    """

    number: int
    texts: Sequence[str]
    values: dict[str, Any]
    reasons: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    fate: Fate | None = None
    target: Model | None = None
    fields: list[str] = field(default_factory=list)
    effects: Counter[str] = field(default_factory=Counter)

    @property
    def is_faulty(self) -> bool:
        return self.fate is Fate.FAULTY

    @property
    def moves_something(self) -> bool:
        return self.fate in (Fate.NEW, Fate.CHANGED)

    def forget(self) -> None:
        """Drop what a plan found; what the file itself made faulty stays so."""
        if self.target is None and self.is_faulty:
            return
        self.fate, self.target = None, None
        self.changes, self.fields, self.effects = [], [], Counter()

    def refuse(self, reason: Label) -> None:
        """Put the row among the faulty ones, for one more reason."""
        self.fate = Fate.FAULTY
        if str(reason) not in self.reasons:
            self.reasons.append(str(reason))


Rows = Sequence[Row]
Groups = Sequence[Rows]
"""Rows that stand or fall together: all of a bundle, all of a SKU's opening stock."""


@dataclass(frozen=True, slots=True)
class Context:
    """For which store or warehouse, by whom (None: the command on the host), and when.

    ``reference`` names the import in whatever it writes.
    """

    place_id: int | None
    reference: str
    actor: User | None
    now: datetime


class SheetKind(ABC):
    """A kind of list. ``group`` are the columns by which rows stand or fall together, ``within``
    those that tell rows of one group apart: two rows that agree in both are one twice."""

    key: ClassVar[str]
    label: ClassVar[Label]
    hint: ClassVar[Label]
    """One sentence: what the list is for and what has to be there before."""
    order: ClassVar[int]
    """The order in which somebody who starts fills the lists."""
    where: ClassVar[Where] = Where.EVERYWHERE
    columns: ClassVar[tuple[Column, ...]]
    group: ClassVar[tuple[str, ...]]
    within: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def plan(self, groups: Groups, context: Context) -> None:
        """Give every row its fate, by what the database holds now; write nothing."""

    @abstractmethod
    def apply(self, groups: Groups, context: Context) -> None:
        """Write the new and changed rows, inside the caller's transaction.

        :raises Outrun: if somebody was faster
        """

    def say_effects(self, counts: Mapping[str, int]) -> list[str]:
        """Tell what the rows move elsewhere: the sum of their ``effects``, in sentences."""
        return []

    def group_key(self, row: Row) -> Hashable | None:
        """Return what rows of one group share; None for a row that stands alone."""
        if row.values.get(self.group[0]) is None:
            return None
        return tuple(row.values.get(name) for name in self.group)


sheet_kinds: Contributions[SheetKind] = Contributions("sheet kind")


class UnknownKind(Refusal):
    message = _("There is no such list: %(kind)s.")


def kinds() -> list[SheetKind]:
    return sorted(sheet_kinds, key=lambda kind: kind.order)


def kind_of(key: str) -> SheetKind:
    """:raises UnknownKind: if nobody registered such a list"""
    for kind in sheet_kinds:
        if kind.key == key:
            return kind
    raise UnknownKind(kind=key[:40])


def flat(groups: Groups) -> Iterable[Row]:
    """Yield the rows of all groups."""
    return (row for rows in groups for row in rows)
