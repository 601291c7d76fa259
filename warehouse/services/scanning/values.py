"""A scan as a device sends it, and the answer it gets."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from warehouse.services.outcome import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """``idem_key`` is made by the device, once for each scan, however often it is sent.
    ``context`` is where it was scanned: station, warehouse, task, quantity."""

    idem_key: str
    station: str
    warehouse_id: int
    code: str
    task_id: int | None = None
    quantity: int = 1
    device: str = ""
    client_at: datetime | None = None

    @property
    def context(self) -> dict[str, Any]:
        return {"task": self.task_id, "quantity": self.quantity}

    @property
    def digest(self) -> str:
        """Fingerprint of what is asked for: a key is good for exactly one such thing."""
        at = self.client_at.isoformat() if self.client_at else ""
        asked = [self.station, self.warehouse_id, self.task_id, self.quantity, self.code, at]
        text = json.dumps(asked, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``code`` names what happened; ``message`` is the text of a refusal, in the language of who
    scanned. ``is_forbidden`` tells a missing right from a wrong scan. ``shown`` is what the station
    has read for its screen; it is not kept, so an answer that is given again has none."""

    result: str
    code: str
    tone: str
    kind: str = ""
    message: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    follow: Mapping[str, Fact] = field(default_factory=dict)
    is_forbidden: bool = False
    shown: object = field(default=None, compare=False)

    def kept(self) -> dict[str, Any]:
        """Return what is written down, to be answered again."""
        names = ("result", "code", "tone", "kind", "message", "facts", "follow", "is_forbidden")
        return {name: getattr(self, name) for name in names}
