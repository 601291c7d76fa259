"""Read what a device sent. Anything at all may arrive here."""

import json
import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext_lazy as _

from oms.refusals import Refusal
from warehouse.services.scanning.values import ScanRequest

_KEY = re.compile(r"[A-Za-z0-9_.:-]{8,64}", re.ASCII)
_WORD = re.compile(r"[a-z_]{1,16}", re.ASCII)
_WEIGHT = re.compile(r"(?P<number>\d{1,6}([.,]\d{1,3})?)\s*(?P<unit>kg|g)?", re.ASCII)
_LONGEST_CODE = 512
_LARGEST_ID = 2**63 - 1
_MOST_PIECES = 9999


class BadRequest(ValueError):
    """Not a scan in our format."""


class WeightNotRead(Refusal):
    message = _("This is no weight. Enter kilograms as the scale shows them, like 0.525.")


def scan_request(body: bytes, *, device: str) -> ScanRequest:
    """Read the JSON of a scan: ``{"idem_key", "context", "code", "at"}``.

    :raises BadRequest: for anything else
    """
    data = _object(body)
    context = data.get("context")
    if not isinstance(context, dict):
        raise BadRequest("context")
    return ScanRequest(
        idem_key=_matching(data.get("idem_key"), _KEY),
        station=_matching(context.get("station"), _WORD),
        warehouse_id=_number(context.get("warehouse"), _LARGEST_ID),
        task_id=None if context.get("task") is None else _number(context["task"], _LARGEST_ID),
        quantity=_number(context.get("quantity", 1), _MOST_PIECES),
        code=_code(data.get("code")),
        device=device[:64],
        client_at=_moment(data.get("at")),
    )


def reason_of(body: bytes) -> str:
    """Read the reason for a reprint; an empty body has none.

    :raises BadRequest: for anything that is not JSON
    """
    if not body:
        return ""
    reason = _object(body).get("reason", "")
    if not isinstance(reason, str):
        raise BadRequest("reason")
    return _storable(reason)[:200]


def typed_waybill(body: bytes) -> tuple[str, str]:
    """Read ``{"carrier", "waybill_no"}``.

    :raises BadRequest: for anything else
    """
    data = _object(body)
    return _matching(data.get("carrier"), _WORD), _storable(_code(data.get("waybill_no")))


def typed_weight(body: bytes) -> int:
    """Read ``{"weight"}`` in kilograms, as it was typed or as a scale sends it; return grams.

    :raises BadRequest: for anything that is no text
    :raises WeightNotRead: for a text that is no weight, or finer than a gram
    """
    told = _object(body).get("weight")
    if not isinstance(told, str):
        raise BadRequest("weight")
    read = _WEIGHT.fullmatch(unicodedata.normalize("NFKC", told).strip().lower())
    if read is None:
        raise WeightNotRead
    grams = Decimal(read["number"].replace(",", ".")) * (1 if read["unit"] == "g" else 1000)
    if grams % 1:
        raise WeightNotRead
    return int(grams)


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("no JSON") from error
    if not isinstance(data, dict):
        raise BadRequest("no object")
    return data


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadRequest(pattern.pattern)
    return value


def _number(value: object, largest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= largest:
        raise BadRequest("number")
    return value


def _code(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_CODE:
        raise BadRequest("code")
    return value


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRequest("at")
    try:
        moment = parse_datetime(value)
    except ValueError as error:
        raise BadRequest("at") from error
    if moment is None or not is_aware(moment) or not 2000 < moment.year < 3000:
        raise BadRequest("at")
    return moment


def _storable(text: str) -> str:
    """Without what a database cannot keep: no NUL, no half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
