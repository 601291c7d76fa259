"""Posts a platform's messages to our side, spoiled as a fault says."""

from dataclasses import replace
from datetime import datetime

import httpx

from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.market.platform import Letter, Platform
from channels_sync.simulator.outbox import Answer, Message
from channels_sync.simulator.ownsite.posting import send
from channels_sync.simulator.straight import straight

_SECONDS = 5.0
_REFUSED = 422
STRANGER = "a-secret-that-the-other-side-never-saw"


class PlatformPoster:
    """Posts what a platform signed."""

    def __init__(self, platform: Platform, oms_url: str) -> None:
        self._platform = platform
        self._oms_url = oms_url.rstrip("/")
        self._client = httpx.Client(transport=straight(), timeout=_SECONDS)

    def post(self, message: Message, *, fault: Fault | None, now: datetime) -> Answer:
        """Post a message; a doubled one is posted twice, and the last answer counts."""
        letter = self._platform.letter(message, fault=fault, now=now)
        if fault is not None and fault.kind is FaultKind.CHANGED_BODY:
            letter = replace(letter, content=_changed(letter.content))
        answer = self._send(letter)
        if fault is not None and fault.kind in (FaultKind.DUPLICATE, FaultKind.REPLAYED):
            return self._send(letter)
        return answer

    def close(self) -> None:
        self._client.close()

    def _send(self, letter: Letter) -> Answer:
        url = self._oms_url + letter.path
        answer = send(self._client, url, letter.content, letter.headers)
        if answer.is_taken and not self._platform.is_taken(answer.status, answer.text):
            return Answer(_REFUSED, answer.text)
        return answer


def _changed(content: bytes) -> bytes:
    """Change one digit of it, so that only the signature tells."""
    for at, byte in reversed(list(enumerate(content))):
        if chr(byte).isdigit():
            return content[:at] + (b"1" if byte != ord("1") else b"2") + content[at + 1 :]
    return content[:-1]
