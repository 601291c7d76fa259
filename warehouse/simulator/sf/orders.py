"""SF's order services: create, search, cancel."""

import zlib
from datetime import datetime
from typing import Any

from warehouse.simulator.settings import Settings
from warehouse.simulator.sf.checks import check_order, receiver, sender
from warehouse.simulator.sf.refusals import BusinessRefusal
from warehouse.simulator.store import Order, OrderExists, Store

Message = dict[str, Any]

CREATED, CANCELLED = "created", "cancelled"
# Words in a receiver's address that make the filter decide as the demo wants it.
BEYOND_REACH = "超范围"
NEEDS_A_LOOK = "人工筛单"
NOWHERE = "查无此地"
_CITY_CODES = {"北京市": "010", "广州市": "020", "上海市": "021", "成都市": "028", "武汉市": "027"}
_CITY_CODES |= {"杭州市": "571", "郑州市": "371", "深圳市": "755", "南京市": "025", "西安市": "029"}


def create(message: Message, store: Store, settings: Settings, now: datetime) -> Message:
    """Answer EXP_RECE_CREATE_ORDER.

    :raises BusinessRefusal: 8016 for a used orderId, else what the data lacks
    """
    check_order(message, settings)
    order = _decide(message, now)
    try:
        store.add_order(order, parcels=int(message.get("parcelQty") or 1))
    except OrderExists as error:
        first = store.order(order.order_id)
        if settings.duplicate_code or first is None or first.state == CANCELLED:
            raise BusinessRefusal("8016") from error
        order = first
    codes = {"originCode": order.origin, "destCode": order.dest}
    return {**_view(order, store), **codes, "filterResult": order.filter_result}


def search(message: Message, store: Store) -> Message:
    """Answer EXP_RECE_SEARCH_ORDER_RESP; by observation it spells and types some fields anew.

    SF's pages do not say what a search for a cancelled order answers; here it is not found.

    :raises BusinessRefusal: 6150 unknown, 8018 cancelled
    """
    order = _wanted(message, store)
    if order is None:
        raise BusinessRefusal("6150")
    if order.state == CANCELLED:
        raise BusinessRefusal("8018")
    codes = {"origincode": order.origin, "destcode": order.dest}
    return {**_view(order, store), **codes, "filterResult": str(order.filter_result)}


def update(message: Message, store: Store) -> Message:
    """Answer EXP_RECE_UPDATE_ORDER: dealType 2 cancels; every order here is confirmed at once.

    :raises BusinessRefusal: by the state of the order
    """
    order = store.order(str(message.get("orderId") or ""))
    if order is None:
        raise BusinessRefusal("8018")
    if int(message.get("dealType") or 1) != 2:
        raise BusinessRefusal("8037" if order.state == CANCELLED else "8252")
    _check_cancel(message, order, store)
    store.set_state(order.order_id, CANCELLED)
    return {
        "orderId": order.order_id,
        "waybillNoInfoList": _numbers(order, store),
        "resStatus": 2,
    }


def route_label(order: Order, waybill_no: str) -> Message:
    """Write routeLabelData: what the label must show."""
    transfer, department = f"{order.dest}W", f"{order.dest}CK"
    check = f"{zlib.crc32(waybill_no.encode()):08x}"
    qr = {"k1": transfer, "k2": department, "k3": "", "k4": "T801", "k5": waybill_no, "k6": ""}
    return {
        "waybillNo": waybill_no,
        "sourceTransferCode": f"{order.origin}W",
        "sourceCityCode": order.origin,
        "sourceDeptCode": order.origin,
        "destCityCode": order.dest,
        "destDeptCode": department,
        "destTransferCode": transfer,
        "destTeamCode": "",
        "destRouteLabel": order.sort_code,
        "proName": "顺丰标快",
        "proCode": "T801",
        "cargoTypeCode": "C201",
        "limitTypeCode": "T4",
        "expressTypeCode": "B1",
        "codingMapping": "K35",
        "codingMappingOut": "",
        "xbFlag": "0",
        "abFlag": "",
        "printFlag": "000000000",
        "printIcon": "00000000",
        "twoDimensionCode": f"MMM={qr | {'k7': check}}".replace(" ", ""),
        "checkCode": check,
    }


def _decide(message: Message, now: datetime) -> Order:
    to, start = receiver(message), sender(message)
    address = to["address"]
    dest = _city_code(to)
    filter_result, remark = 2, ""
    if BEYOND_REACH in address:
        filter_result, remark = 3, "1"
    elif NEEDS_A_LOOK in address:
        filter_result = 1
    return Order(
        order_id=message["orderId"],
        state=CREATED,
        filter_result=filter_result,
        remark=remark,
        origin=_city_code(start),
        dest=dest,
        dest_city=str(to.get("city") or ""),
        sort_code=dest if NOWHERE in address else f"{dest}W-F0-CK",
        created_at=now.isoformat(timespec="seconds"),
    )


def _city_code(entry: Message) -> str:
    city = str(entry.get("city") or entry.get("province") or "")
    return _CITY_CODES.get(city) or str(300 + zlib.crc32(city.encode()) % 600)


def _view(order: Order, store: Store) -> Message:
    labels = [
        {"code": "1000", "message": f"{number}:", "routeLabelData": route_label(order, number)}
        for _, number in store.numbers(order.order_id)
    ]
    return {
        "orderId": order.order_id,
        "remark": order.remark,
        "returnExtraInfoList": None,
        "waybillNoInfoList": _numbers(order, store),
        "routeLabelInfo": labels,
        "contactInfoList": None,
    }


def _numbers(order: Order, store: Store) -> list[Message]:
    return [
        {"waybillType": kind, "waybillNo": number} for kind, number in store.numbers(order.order_id)
    ]


def _wanted(message: Message, store: Store) -> Order | None:
    if message.get("orderId"):
        return store.order(str(message["orderId"]))
    return store.order_of(str(message.get("mainWaybillNo") or ""))


def _check_cancel(message: Message, order: Order, store: Store) -> None:
    if order.state == CANCELLED:
        raise BusinessRefusal("8037")
    mother = store.numbers(order.order_id)[0][1]
    if store.routes(mother):
        raise BusinessRefusal("8019")
    given = {entry.get("waybillNo") for entry in message.get("waybillNoInfoList") or []}
    if mother not in given:
        raise BusinessRefusal("8017")
