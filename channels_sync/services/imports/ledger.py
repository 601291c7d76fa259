"""Where every row of a file went, in rows and in money, kept on the job between its pages."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from channels_sync.connectors import exact
from channels_sync.connectors.file.sums import merge
from channels_sync.dto import Sums

BUCKETS = ("orders", "cancellations", "exceptions", "older", "differing")
_RARE = ("older", "differing")
"""Shown only where there are any."""


@dataclass(slots=True)
class Ledger:
    """``read`` is what the first walk over the file counted; the buckets are what the second walk
    found in the database, or put in front of a person. ``older`` are rows of orders that are known
    in a newer revision already, ``differing`` those of orders that we have with other lines: what
    was bought is never rewritten, an open order is held until a person decided.
    """

    read: Sums = field(default_factory=Sums)
    buckets: dict[str, Sums] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)

    def book(self, bucket: str, sums: Sums) -> None:
        merge(self.buckets.setdefault(bucket, Sums()), sums)

    def balance(self) -> Sums:
        """Return what the buckets hold together."""
        whole = Sums()
        for name in BUCKETS:
            merge(whole, self.buckets.get(name, Sums()))
        return whole

    def is_proved(self) -> bool:
        """Tell whether every row that was read is somewhere, with its money, to the last digit."""
        whole = self.balance()
        return (
            whole.rows == self.read.rows
            and whole.unpriced == self.read.unpriced
            and _nonzero(whole.money) == _nonzero(self.read.money)
        )

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            read=_load(data.get("read", {})),
            buckets={name: _load(sums) for name, sums in data.get("buckets", {}).items()},
            counts=Counter(data.get("counts", {})),
            causes=Counter(data.get("causes", {})),
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "read": _dump(self.read),
            "buckets": {name: _dump(sums) for name, sums in self.buckets.items()},
            "counts": dict(self.counts),
            "causes": dict(self.causes),
        }


def proof_of(ledger: Ledger) -> dict[str, Any]:
    """Return the proof as it is stored with the job and shown: exact amounts as text."""
    parts = {name: _dump(ledger.buckets.get(name, Sums())) for name in BUCKETS}
    return {"holds": ledger.is_proved(), "read": _dump(ledger.read), **parts}


def proof_lines(proof: Mapping[str, Any]) -> list[str]:
    """Write the proof as equations: one of rows, one per currency."""
    shown = shown_buckets(proof)
    names = " + ".join(shown)
    rows = " + ".join(str(proof[name]["rows"]) for name in shown)
    sign = "=" if proof["holds"] else "≠"
    lines = [f"rows read = {names}: {proof['read']['rows']} {sign} {rows}"]
    for currency in sorted(_currencies(proof)):
        amounts = " + ".join(proof[name]["money"].get(currency, "0") for name in shown)
        read = proof["read"]["money"].get(currency, "0")
        lines.append(f"{currency} read = {names}: {read} {sign} {amounts}")
    if proof["read"]["unpriced"]:
        lines.append(f"rows without a readable amount: {proof['read']['unpriced']}")
    return lines


def shown_buckets(proof: Mapping[str, Any]) -> list[str]:
    """Return the parts of an equation; a proof of long ago may not know all of them."""
    known = [name for name in BUCKETS if name in proof]
    return [name for name in known if name not in _RARE or proof[name]["rows"]]


def _currencies(proof: Mapping[str, Any]) -> set[str]:
    parts = ("read", *shown_buckets(proof))
    return {currency for name in parts for currency in proof[name]["money"]}


def _nonzero(money: Mapping[str, Decimal]) -> dict[str, Decimal]:
    return {currency: amount for currency, amount in money.items() if amount}


def _dump(sums: Sums) -> dict[str, Any]:
    money = {currency: exact.plain(amount) for currency, amount in sums.money.items()}
    return {"rows": sums.rows, "unpriced": sums.unpriced, "money": money}


def _load(data: Mapping[str, Any]) -> Sums:
    money = {currency: Decimal(amount) for currency, amount in data.get("money", {}).items()}
    return Sums(data.get("rows", 0), data.get("unpriced", 0), money)
