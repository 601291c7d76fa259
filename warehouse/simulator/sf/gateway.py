"""SF's gateway: who calls, is it signed, is it recent, is it too much; then the service."""

import hmac
import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from warehouse.carriers.sf.signing import SignMode, sign
from warehouse.simulator.limits import Limits
from warehouse.simulator.settings import Settings
from warehouse.simulator.sf import labels, orders, routes
from warehouse.simulator.sf.refusals import BusinessRefusal, GatewayRefusal
from warehouse.simulator.store import Store

logger = logging.getLogger(__name__)
Message = dict[str, Any]

SERVICE_PATH = "/sf/std/service"
_REQUIRED = ("partnerID", "requestID", "serviceCode", "timestamp", "msgData")
_CLOUD_PRINT = "COM_RECE_CLOUD_PRINT_WAYBILLS"


class Gateway:
    """Answers POSTs to the one SF endpoint."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._limits = Limits(per_second=settings.calls_per_second, per_day=settings.calls_per_day)

    def answer(self, fields: Mapping[str, str], *, base_url: str, now: datetime) -> Message:
        """Answer one call; ``base_url`` is the address the caller reached us by."""
        try:
            self._admit(fields, now)
        except GatewayRefusal as refusal:
            return refused(refusal)
        try:
            data = self._serve(fields, base_url, now)
        except BusinessRefusal as refusal:
            failure = {"success": False, "errorCode": refusal.code, "errorMsg": str(refusal)}
            return _envelope("A1000", "", {**failure, "msgData": None})
        if fields["serviceCode"] == _CLOUD_PRINT:
            return _envelope("A1000", "", {"success": True, "requestId": uuid4().hex, "obj": data})
        success = {"success": True, "errorCode": "S0000", "errorMsg": None}
        return _envelope("A1000", "", {**success, "msgData": data})

    def _admit(self, fields: Mapping[str, str], now: datetime) -> None:
        if fields.get("accessToken"):
            # Only digests are spoken here: any token is one we never gave.
            raise GatewayRefusal("A1011")
        if not all(fields.get(name) for name in (*_REQUIRED, "msgDigest")):
            raise GatewayRefusal("A1001")
        service = fields["serviceCode"]
        if fields["partnerID"] != self._settings.partner or service not in _SERVICES:
            raise GatewayRefusal("A1004")
        if not self._is_signed(fields):
            raise GatewayRefusal("A1006")
        if not self._is_recent(fields["timestamp"], now):
            raise GatewayRefusal("A1002")
        if not self._limits.admits(service, now=now):
            raise GatewayRefusal("A1005")

    def _is_signed(self, fields: Mapping[str, str]) -> bool:
        wanted = self._settings.sign_mode
        modes = [SignMode(wanted)] if wanted else list(SignMode)
        checkword = self._settings.checkword
        digests = (
            sign(fields["msgData"], fields["timestamp"], checkword, mode=mode) for mode in modes
        )
        given = fields["msgDigest"].encode()
        return any(hmac.compare_digest(given, digest.encode()) for digest in digests)

    def _is_recent(self, timestamp: str, now: datetime) -> bool:
        if not timestamp.isdecimal() or len(timestamp) > 13:
            return False
        seconds = int(timestamp) / 1000 if len(timestamp) == 13 else int(timestamp)
        age = abs((now - datetime.fromtimestamp(seconds, UTC)).total_seconds())
        return age <= self._settings.oldest_timestamp_seconds

    def _serve(self, fields: Mapping[str, str], base_url: str, now: datetime) -> Message:
        try:
            return self._dispatch(fields["serviceCode"], _decode(fields["msgData"]), base_url, now)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            logger.exception("a message of the wrong shape")
            raise BusinessRefusal("S0003") from error

    def _dispatch(self, service: str, message: Message, base_url: str, now: datetime) -> Message:
        store, settings = self._store, self._settings
        match service:
            case "EXP_RECE_CREATE_ORDER":
                return orders.create(message, store, settings, now)
            case "EXP_RECE_SEARCH_ORDER_RESP":
                return orders.search(message, store)
            case "EXP_RECE_UPDATE_ORDER":
                return orders.update(message, store)
            case "EXP_RECE_SEARCH_ROUTES":
                return routes.search(message, store)
        return labels.cloud_print(message, store, settings, base_url)


_SERVICES = frozenset(
    {
        "EXP_RECE_CREATE_ORDER",
        "EXP_RECE_SEARCH_ORDER_RESP",
        "EXP_RECE_UPDATE_ORDER",
        "EXP_RECE_SEARCH_ROUTES",
        _CLOUD_PRINT,
    }
)


def refused(refusal: GatewayRefusal) -> Message:
    """Write the gateway's own no."""
    return _envelope(refusal.code, str(refusal), None)


def _decode(text: str) -> Message:
    try:
        message = json.loads(text)
    except ValueError as error:
        raise BusinessRefusal("S0001") from error
    if not isinstance(message, dict):
        raise BusinessRefusal("S0001")
    return message


def _envelope(code: str, text: str, answer: Message | None) -> Message:
    # JSON inside a JSON string: that is how SF answers.
    inner = None if answer is None else json.dumps(answer, ensure_ascii=False)
    return {
        "apiErrorMsg": text,
        "apiResponseID": f"0001{uuid4().hex[4:]}".upper(),
        "apiResultCode": code,
        "apiResultData": inner,
    }
