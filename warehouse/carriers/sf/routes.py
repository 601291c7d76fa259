"""SF's route events, pulled and pushed, as our TrackEvents. Pure.

Source: SF's API pages EXP_RECE_SEARCH_ROUTES and RoutePushService (JSON mode and form mode) and the
order-state push. All times come as Beijing time without a zone.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs
from xml.parsers import expat

from warehouse.carriers.sf import codes
from warehouse.carriers.tracking import MalformedPush, event_id, status_from_text
from warehouse.dto import TrackEvent, TrackStatus

Record = Mapping[str, Any]

_BEIJING = timezone(timedelta(hours=8))
_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
# The last two: JSON nested without end, and a time before the first year.
_UNREADABLE = (
    *(KeyError, TypeError, ValueError, AttributeError, expat.ExpatError),
    *(RecursionError, OverflowError),
)


def to_track_events(answer: Record) -> list[TrackEvent]:
    """Read an EXP_RECE_SEARCH_ROUTES answer: all parcels' events, oldest first."""
    events = [
        _event(route, route_list["mailNo"])
        for route_list in answer["msgData"]["routeResps"]
        for route in route_list.get("routes") or []
    ]
    return sorted(events, key=lambda event: event.at)


def from_push(body: bytes) -> list[TrackEvent]:
    """Read a route push (JSON, or a form with XML in it) or an order-state push.

    :raises MalformedPush: in none of these forms
    """
    try:
        if is_form(body):
            return [_event(route, route["mailno"]) for route in _xml_routes(body)]
        message = json.loads(body)
        if "orderState" in message:
            return [_order_state(state) for state in message["orderState"]]
        return [_event(route, str(route["mailno"])) for route in message["Body"]["WaybillRoute"]]
    except _UNREADABLE as error:
        raise MalformedPush("顺丰推送的格式无法识别") from error


def push_reply(body: bytes, *, accepted: bool) -> str:
    """Write the answer that this form of push expects; a refusal makes SF push the batch again."""
    if is_form(body):
        head = codes.XML_TAKEN if accepted else codes.XML_REFUSED
        return f'<Response service="RoutePushService">{head}</Response>'
    if b'"orderState"' in body:
        reply = codes.STATE_TAKEN if accepted else codes.STATE_REFUSED
    else:
        reply = codes.ROUTE_TAKEN if accepted else codes.ROUTE_REFUSED
    return json.dumps(reply, ensure_ascii=False)


def is_form(body: bytes) -> bool:
    """Tell the form mode from the JSON mode: the console decides which one SF sends."""
    return body.lstrip().startswith(b"content=")


def _event(route: Record, waybill_no: str) -> TrackEvent:
    at = _utc(route["acceptTime"])
    code, text = str(route["opCode"]), str(route.get("remark") or "")
    return TrackEvent(
        waybill_no=waybill_no,
        event_id=event_id(waybill_no, at, code, text),
        at=at,
        status=_status(code, str(route.get("reasonCode") or ""), text),
        code=code,
        text=text,
        place=str(route.get("acceptAddress") or ""),
        client_order_id=str(route.get("orderid") or ""),
        carrier_event_id=str(route.get("id") or ""),
    )


def _order_state(state: Record) -> TrackEvent:
    # createTm is when the state changed; lastTime, despite its name, is the latest pick-up time.
    at = _utc(state["createTm"])
    code, text = str(state["orderStateCode"]), str(state.get("orderStateDesc") or "")
    waybill_no = str(state.get("waybillNo") or "")
    return TrackEvent(
        waybill_no=waybill_no,
        event_id=event_id(waybill_no, at, code, text),
        at=at,
        status=codes.order_state(code),
        code=code,
        text=text,
        client_order_id=str(state["orderNo"]),
    )


def _status(code: str, reason: str, text: str) -> TrackStatus:
    if code == codes.DELIVERY_FAILED and reason == codes.REASON_CANCELLED:
        return TrackStatus.CANCELLED
    return codes.OP_CODES.get(code) or status_from_text(text)


def _utc(beijing: str) -> datetime:
    return datetime.strptime(beijing, _TIME_FORMAT).replace(tzinfo=_BEIJING).astimezone(UTC)


def _xml_routes(body: bytes) -> list[Record]:
    routes: list[Record] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "WaybillRoute":
            routes.append(attributes)

    def refuse(*_declaration: object) -> None:
        # The push is unsigned: a document type can only be there to do harm.
        raise ValueError("document type in a push")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(parse_qs(body.decode(), strict_parsing=True)["content"][0], True)
    return routes
