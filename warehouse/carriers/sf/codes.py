"""SF's codes and what they mean for us, as tables.

Sources: the platform result codes and business error codes printed on SF's API pages
(RoutePushService, EXP_RECE_CREATE_ORDER, EXP_RECE_UPDATE_ORDER, EXP_RECE_SEARCH_ORDER_RESP) and
its table of route operation codes (路由操作码).
"""

from dataclasses import dataclass
from datetime import timedelta

from oms.integration.errors import ErrorKind
from warehouse.dto import FilterResult, PayMethod, TrackStatus

LABEL = "顺丰速运"
UNIT = "件"

GATEWAY_OK = "A1000"
OK = "S0000"

BAD_SIGNATURE = "A1006"
DUPLICATE_ORDER = "8016"
VOID_BEFORE = frozenset({"8037", "8253"})
"""The order was cancelled earlier: what a cancel wanted."""
CONFIRMED_OR_CANCELLED = "8019"
"""One code for two opposite states: ask before judging."""
NO_SUCH_ORDER = frozenset({"6150", "8018"}) | VOID_BEFORE
"""Answers to a search that mean: there is no live order under this id."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error code asks of us. ``unknown``: the order may exist all the same."""

    kind: ErrorKind
    unknown: bool = False
    wait: timedelta | None = None


_BUSY = Meaning(ErrorKind.RETRY, unknown=True)
_STALE = Meaning(ErrorKind.REFRESH_TOKEN)
_ACCOUNT = Meaning(ErrorKind.REAUTHORIZE)
_DONE = Meaning(ErrorKind.TREAT_AS_DONE)
REFUSED = Meaning(ErrorKind.FATAL)

MEANINGS: dict[str, Meaning] = {
    "A1001": REFUSED,  # a required form field is missing
    "A1002": _STALE,  # timestamp too old
    "A1003": _ACCOUNT,  # our address is not on their list
    "A1004": _ACCOUNT,  # no right to this service
    "A1005": Meaning(ErrorKind.THROTTLE, wait=timedelta(seconds=1)),  # their limit is per second
    BAD_SIGNATURE: _ACCOUNT,
    "A1007": Meaning(ErrorKind.RETRY, unknown=True, wait=timedelta(minutes=1)),  # repeated request
    "A1008": REFUSED,  # decryption
    "A1009": _BUSY,  # the service behind the gateway is down
    "A1010": _ACCOUNT,  # account still in the sandbox
    "A1011": _STALE,  # OAuth token too old
    "A1099": _BUSY,  # their system error
    "S0003": _BUSY,  # their data or run-time error
    "6126": _ACCOUNT,  # monthly card malformed
    "8114": _ACCOUNT,  # monthly card may not send
    "8119": _ACCOUNT,  # monthly card unknown or expired
    "20052": _ACCOUNT,  # order belongs to another monthly card
    DUPLICATE_ORDER: _DONE,
    "8037": _DONE,  # already cancelled
    "8252": _DONE,  # already confirmed
    "8253": _DONE,  # already cancelled
}
"""Codes that are not the operator's to correct; any other code is refused data."""

FILTER_RESULTS = {
    "1": FilterResult.REVIEW,
    "2": FilterResult.DELIVERABLE,
    "3": FilterResult.UNDELIVERABLE,
}
NO_FILTER_RESULT = "顺丰没有给出筛单结果"
ONE_PART_SORT_CODE = "顺丰只给出一段路由码，请核对收件地址"
FILTER_REASONS = {"1": "收方超范围", "2": "派方超范围", "3": "其它原因"}

LOCAL_REFUSALS = {
    "order_id": "包裹号过长",
    "product": "顺丰产品代码必须是数字",
    "cargo": "没有托寄物明细",
    "weight": "重量必须大于零",
    "parcels": "包裹件数必须大于零",
    "receiver": "收件人姓名或地址为空",
    "sender": "寄件人姓名或地址为空",
    "phone": "收件人电话为空或过长",
    "sender_phone": "寄件人电话为空或过长",
    "address": "收件地址超过 200 字",
}
"""What SF's field table would refuse, told before the call."""

PAY_METHODS = {PayMethod.SENDER: 1, PayMethod.RECEIVER: 2, PayMethod.THIRD_PARTY: 3}

MOTHER, CHILD, RECEIPT = 1, 2, 3
"""Values of waybillType."""

ROUTE_LABEL_OK = "1000"

ROUTE_TAKEN = {"return_code": "0000", "return_msg": "成功"}
ROUTE_REFUSED = {"return_code": "1000", "return_msg": "系统异常"}
STATE_TAKEN = {"success": "true", "code": "0", "msg": ""}
STATE_REFUSED = {"success": "false", "code": "1", "msg": "系统异常"}
XML_TAKEN = "<Head>OK</Head>"
XML_REFUSED = '<Head>ERR</Head><ERROR code="4001">系统发生数据错误或运行时异常</ERROR>'
"""Answers to pushes; a refusal makes SF push the whole batch again."""

DELIVERY_FAILED = "70"
REASON_CANCELLED = "46"

_CODES_BY_STATUS: dict[TrackStatus, str] = {
    TrackStatus.CREATED: "647",
    TrackStatus.COLLECTED: "41 43 46 50 54 129 188 214 607 651 655 656 700 701 950",
    TrackStatus.IN_TRANSIT: (
        "10 11 30 31 36 64 65 84 86 87 88 89 96 98 105 106 122 136 137 302 304 405 406 407 570 571"
        " 649 3036"
    ),
    TrackStatus.OUT_FOR_DELIVERY: "34 44 47 123 204 212 630 634 677 880 933",
    TrackStatus.READY_FOR_PICKUP: "125 130 632 642 658 664 678",
    TrackStatus.DELIVERED: "80 97 128 679 935 8000",
    TrackStatus.EXCEPTION: "15 16 17 18 33 66 70 72 77 126 131 611 833 870 934",
    TrackStatus.RETURNING: "99 631 648",
    TrackStatus.RETURNED: "215 660",
}
OP_CODES: dict[str, TrackStatus] = {
    code: status for status, codes in _CODES_BY_STATUS.items() for code in codes.split()
}

_ORDER_STATES = {
    "04-40037": TrackStatus.CREATED,  # order taken
    "04-40001": TrackStatus.CREATED,  # courier assigned
    "05-40003": TrackStatus.COLLECTED,
    "04-40002": TrackStatus.EXCEPTION,  # not collected, the reason follows in the code
    "00": TrackStatus.CANCELLED,
}


def order_state(code: str) -> TrackStatus:
    """Read an order-state code; its later parts only refine the first ones."""
    parts = code.split("-")
    prefixes = ("-".join(parts[:length]) for length in range(len(parts), 0, -1))
    known = (_ORDER_STATES[prefix] for prefix in prefixes if prefix in _ORDER_STATES)
    return next(known, TrackStatus.UNKNOWN)
