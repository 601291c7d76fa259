"""Signs a message and posts it to the other side, spoiled as a fault says."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import httpx

from channels_sync.connectors.webhook import signing
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.outbox import Answer, Message
from channels_sync.simulator.settings import Settings
from channels_sync.simulator.straight import straight

_SECONDS = 5.0
_STRANGER = "a-secret-that-the-other-side-never-saw"


class ShopPoster:
    """Posts to the hook of a shop of one's own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = f"/hooks/custom/{settings.shop}/"
        # Straight to the address, whatever proxy the machine is set to.
        self._client = httpx.Client(transport=straight(), timeout=_SECONDS)

    def post(self, message: Message, *, fault: Fault | None, now: datetime) -> Answer:
        """Post a message; a replayed or doubled one is posted twice, and the last answer counts."""
        content, event_id = message.body.encode(), message.event_id
        headers = self._headers(content, event_id, fault, now)
        if fault is not None and fault.kind is FaultKind.CHANGED_BODY:
            content = content.replace(b'"event"', b'"Event"', 1)
        answer = self._send(content, headers)
        if fault is not None and fault.kind is FaultKind.REPLAYED:
            return self._send(content, headers)
        if fault is not None and fault.kind is FaultKind.DUPLICATE:
            return self._send(content, self._headers(content, event_id, None, now))
        return answer

    def close(self) -> None:
        self._client.close()

    def _headers(
        self, content: bytes, event_id: str, fault: Fault | None, now: datetime
    ) -> dict[str, str]:
        stamp, secret = int(now.timestamp()), self._settings.secret
        match fault:
            case Fault(kind=FaultKind.WRONG_KEY):
                secret = _STRANGER
            case Fault(kind=FaultKind.SECOND_KEY):
                secret = self._settings.secret_before
            case Fault(kind=FaultKind.OLD_TIMESTAMP, seconds=seconds):
                stamp -= int(seconds or self._settings.skew_seconds + 60)
        nonce = secrets.token_hex(16)
        signature = signing.sign(
            secret,
            method="POST",
            path=self._path,
            timestamp=str(stamp),
            nonce=nonce,
            body=content,
        )
        return {
            "Content-Type": "application/json",
            signing.TIMESTAMP_HEADER: str(stamp),
            signing.NONCE_HEADER: nonce,
            signing.SIGNATURE_HEADER: signature,
            signing.EVENT_ID_HEADER: event_id,
        }

    def _send(self, content: bytes, headers: Mapping[str, str]) -> Answer:
        return send(self._client, self._settings.oms_url.rstrip("/") + self._path, content, headers)


def send(client: httpx.Client, url: str, content: bytes, headers: Mapping[str, str]) -> Answer:
    """Post bytes; whatever goes wrong on the way is an answer too."""
    try:
        reply = client.post(url, content=content, headers=dict(headers))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Answer(0, type(error).__name__)
    return Answer(reply.status_code, reply.text[:200])
