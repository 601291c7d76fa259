"""Signs a message and posts it to the other side, spoiled as a fault says."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import httpx

from channels_sync.connectors.webhook import signing
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.settings import Settings

_SECONDS = 5.0
_STRANGER = "a-secret-that-the-other-side-never-saw"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 means that nobody answered."""

    status: int
    text: str

    @property
    def is_taken(self) -> bool:
        return self.status == 200

    @property
    def may_pass(self) -> bool:
        """Whether a later try can end better: not when the message itself was refused."""
        return not self.is_taken and self.status not in (400, 404, 409, 413, 422)


class Poster:
    """Posts to one shop's hook."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._path = f"/hooks/custom/{settings.shop}/"
        # Straight to the address, whatever proxy the machine is set to.
        self._client = httpx.Client(transport=httpx.HTTPTransport(), timeout=_SECONDS)

    def post(self, body: str, event_id: str, *, fault: Fault | None, now: datetime) -> Answer:
        """Post a message; a replayed or doubled one is posted twice, and the last answer counts."""
        content = body.encode()
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
        url = self._settings.oms_url.rstrip("/") + self._path
        try:
            reply = self._client.post(url, content=content, headers=dict(headers))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Answer(0, type(error).__name__)
        return Answer(reply.status_code, reply.text[:200])
