"""What a simulated platform must give; the package's docstring tells how to add one."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import MIMEPart
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from channels_sync.simulator.faults import Fault
from channels_sync.simulator.market.changes import Change
from channels_sync.simulator.market.ledger import Numbered
from channels_sync.simulator.market.mailbox import Mailbox
from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.tokens import TokenRules, Tokens
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.replies import Reply, json_reply


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """The keys of the shop's app, printed for everybody. ``store`` is our code of the shop."""

    key: str
    secret: str
    secret_before: str = ""
    store: str
    shop_id: str
    shop_name: str
    access_token: str
    refresh_token: str
    skew: timedelta = timedelta(minutes=10)

    @classmethod
    def of(cls, platform: str, **others: Any) -> "App":
        """Make up an app by the platform's key."""
        told: dict[str, Any] = {
            "key": f"sim-{platform}-app",
            "secret": f"simulator-{platform}-secret-that-is-none",
            "secret_before": f"simulator-{platform}-secret-before-it",
            "store": f"demo-{platform}",
            "shop_id": "880001",
            "shop_name": "木棉小店",
            "access_token": f"simulator-{platform}-token-that-is-none",
            "refresh_token": f"simulator-{platform}-renewal-that-is-none",
        }
        return cls(**(told | others))


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it came; header names are lower case, ``path`` is what follows the key."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form's body; of one in parts, those that are no files."""
        if self._is_in_parts:
            return {name: text.decode(errors="replace") for name, text in self._parts(files=False)}
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))

    @property
    def files(self) -> dict[str, bytes]:
        """The files of a form in parts."""
        return dict(self._parts(files=True)) if self._is_in_parts else {}

    @property
    def _is_in_parts(self) -> bool:
        return self.header("Content-Type").startswith("multipart/form-data")

    def _parts(self, *, files: bool) -> list[tuple[str, bytes]]:
        head = f"Content-Type: {self.header('Content-Type')}\r\n\r\n".encode()
        whole = BytesParser(policy=HTTP).parsebytes(head + self.body)
        return [
            (str(part.get_param("name", header="content-disposition")), _content(part))
            for part in whole.iter_parts()
            if (part.get_filename() is not None) is files
        ]

    @property
    def document(self) -> dict[str, object]:
        """The JSON object of the body; empty if it is none."""
        try:
            told = json.loads(self.body)
        except ValueError:
            return {}
        return told if isinstance(told, dict) else {}


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """A message about a change: its topic, what it is known by, and its text before signing."""

    event: str
    order_no: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A signed message; ``path`` is where the other side listens, ``/hooks/...``."""

    path: str
    content: bytes
    headers: Mapping[str, str]


class Platform(ABC):
    """One platform's contract over its market."""

    key: ClassVar[str]
    label: ClassVar[str]
    app: ClassVar[App]
    token_rules: ClassVar[TokenRules] = TokenRules()
    fetches_messages: ClassVar[bool] = False
    """Whether messages wait in the mailbox to be fetched, instead of being posted."""
    has_tokens: ClassVar[bool] = True
    """Whether calls carry a token; where not, the app's keys are all there is."""
    also: ClassVar[Mapping[str, str]] = {}
    """What else a shop's owner has to know to connect it, by name: for the control page."""
    limit: ClassVar[tuple[int, int] | None] = None
    """How often each operation may be called in so many seconds, where the platform's documents
    name no figures by operation: (calls, seconds)."""
    steps: ClassVar[Sequence[int]] = (60, 300, 1800)
    """Seconds until the next try to post a message."""

    def __init__(self, market: Market, tokens: Tokens, mailbox: Mailbox) -> None:
        self.market = market
        self.tokens = tokens
        self.mailbox = mailbox

    @abstractmethod
    def answer(self, call: Call, *, now: datetime) -> Reply:
        """Answer a call in the platform's words; what is wrong with it is an answer too."""

    def place_of(self, call: Call) -> str:
        """Name the operation of a call, as faults are planned for."""
        return call.path.rstrip("/").rpartition("/")[2]

    def throttled(self, call: Call) -> Reply:
        """Say that calls come too fast."""
        return json_reply({"error": "too fast", "path": call.path}, status=429)

    def refused(self, call: Call) -> Reply:
        """Say no to something that cannot be mended by a further try."""
        return json_reply({"error": "refused", "path": call.path}, status=422)

    def broken(self, call: Call) -> Reply:
        """Fail, nothing done."""
        return Reply(body=b"Internal Server Error", status=500, content_type="text/plain")

    def push(self, change: Change) -> Sequence[Push]:
        """Write the messages about a change; none where the platform does not push."""
        return ()

    def letter(self, message: Message, *, fault: Fault | None, now: datetime) -> Letter:
        """Sign a message, as a fault says."""
        raise NotImplementedError(f"{self.key} posts nothing")

    def is_taken(self, status: int, text: str) -> bool:
        """Tell whether the other side took a message."""
        return status == 200

    @staticmethod
    def number(what: Numbered, running: int, at: datetime) -> str:
        """Make a number of the platform's look; ``running`` is never given twice."""
        return f"{at:%y%m%d}{running:010d}"

    @property
    def hook(self) -> str:
        """Where our side listens to this shop."""
        return f"/hooks/{self.key}/{self.app.store}/"
