"""TOP's words (its API metadata names every field and status): statuses, carriers, errors."""

from oms.dto import ChannelStatus, RefundKind, RefundStage
from oms.integration.errors import ErrorKind

KIND = "taobao"
LABEL = "Taobao / Tmall"
GATEWAY = "https://eco.taobao.com"
OAUTH = "https://oauth.taobao.com"
ROUTER = "/router/rest"
AUTHORIZE, TOKEN = "/authorize", "/token"

FORBIDDEN = "PAID_FORBID_CONSIGN"
STATUS = {
    "TRADE_NO_CREATE_PAY": ChannelStatus.UNPAID,
    "WAIT_BUYER_PAY": ChannelStatus.UNPAID,
    "PAY_PENDING": ChannelStatus.UNPAID,
    "WAIT_PRE_AUTH_CONFIRM": ChannelStatus.UNPAID,
    "WAIT_SELLER_SEND_GOODS": ChannelStatus.PAID,
    FORBIDDEN: ChannelStatus.PAID,
    "SELLER_CONSIGNED_PART": ChannelStatus.PARTLY_SHIPPED,
    "WAIT_BUYER_CONFIRM_GOODS": ChannelStatus.SHIPPED,
    "TRADE_BUYER_SIGNED": ChannelStatus.SHIPPED,
    "TRADE_FINISHED": ChannelStatus.COMPLETED,
    "TRADE_CLOSED_BY_TAOBAO": ChannelStatus.CANCELLED,
    "TRADE_CLOSED": ChannelStatus.CANCELLED,
}
"""``status`` of a trade and of each of its lines."""
WAITS_TO_LEAVE = frozenset({"WAIT_SELLER_SEND_GOODS", FORBIDDEN})
HAS_LEFT = frozenset({"WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED"})
LINE_CLOSED = frozenset({"TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"})

STEP_UNPAID = {
    "FRONT_NOPAID_FINAL_NOPAID": ChannelStatus.UNPAID,
    "FRONT_PAID_FINAL_NOPAID": ChannelStatus.UNPAID,
    "FRONT_PAID_FRONT_FORFEITED": ChannelStatus.CANCELLED,
}
"""``step_trade_status`` of a presale that may not leave yet, or never will."""
STEP_PAID = "FRONT_PAID_FINAL_PAID"
DEPOSIT_ONLY = frozenset({"FRONT_PAID_FINAL_NOPAID", "FRONT_PAID_FRONT_FORFEITED"})
CASH_ON_DELIVERY = "cod"
VIRTUAL = "virtual"

REFUND_OVER = frozenset({"", "NO_REFUND", "CLOSED", "SUCCESS", "SELLER_REFUSE_BUYER"})
REFUND_STATUS = {
    "WAIT_SELLER_AGREE": RefundStage.WAIT_MERCHANT,
    "WAIT_BUYER_RETURN_GOODS": RefundStage.WAIT_BUYER_RETURN,
    "WAIT_SELLER_CONFIRM_GOODS": RefundStage.WAIT_MERCHANT_RECEIVE,
    "SELLER_REFUSE_BUYER": RefundStage.REJECTED,
    "CLOSED": RefundStage.CLOSED,
    "SUCCESS": RefundStage.SUCCESS,
}
DISPUTES = {
    "REFUND": RefundKind.REFUND_ONLY,
    "REFUND_AND_RETURN": RefundKind.RETURN_REFUND,
    "TMALL_EXCHANGE": RefundKind.EXCHANGE,
    "TAOBAO_EXCHANGE": RefundKind.EXCHANGE,
}
"""``dispute_type``."""

FLAGS = {1: "red", 2: "yellow", 3: "green", 4: "blue", 5: "purple"}
FLAG_NUMBERS = {name: number for number, name in FLAGS.items()} | {"": 0, "gray": 0}

CARRIERS = {
    "sf": "SF",
    "zto": "ZTO",
    "yto": "YTO",
    "sto": "STO",
    "yunda": "YUNDA",
    "ems": "EMS",
    "china_post": "POSTB",
    "jt": "JTSD",
    "jd": "JD",
    "deppon": "DBKD",
    "best": "HTKY",
}
"""Our carrier codes as ``taobao.logistics.companies.get`` writes them."""
OTHER_CARRIER = "OTHER"

BAD_SIGNATURE = "25"
NO_SESSION, STALE_SESSION = 26, 27
ERRORS = {
    7: ErrorKind.THROTTLE,
    10: ErrorKind.RETRY,
    NO_SESSION: ErrorKind.REAUTHORIZE,
    STALE_SESSION: ErrorKind.REFRESH_TOKEN,
}
"""By ``code``; 27 is an expired session and a revoked one alike, so a new one is tried first."""
SUB_ERRORS = {
    "isp.call-limited": ErrorKind.THROTTLE,
    "session-expired": ErrorKind.REFRESH_TOKEN,
}
THROTTLED = "accesscontrol."
THEIR_TROUBLE = "isp."
SHIPPING = "taobao.logistics."
SHIPPED_BEFORE = ("已发货", "已经发货", "重复发货")
"""In the words of a refused parcel: nothing official lists the codes, so the words decide."""
REFUSAL = "商家审核未通过"
"""What a buyer is told where the seller gives no words of his own."""
VOIDED_BEFORE = ("已取消", "已经取消", "不存在")
"""In the words of a refused void: such a waybill is given back already, or never was."""
NOT_TAKEN_BACK = "菜鸟没有取消这个面单号，请在菜鸟商家工作台查看"
NO_IDENTITY = "没有收件人 oaid，无法取电子面单，请重新拉取订单"
WAYBILL_UNREADABLE = "菜鸟的应答无法识别，结果未知"
NO_SUCH = frozenset({"isv.trade-not-exist", "isv.refund-not-exist", "isv.invalid-parameter:tid"})
PERMISSIONS = frozenset({"11", "12", "isv.permission-api-package-limit"})

TRADE_FIELDS = ",".join(
    (
        *("tid", "status", "type", "created", "modified", "pay_time", "consign_time", "end_time"),
        *("payment", "post_fee", "discount_fee", "adjust_fee", "step_trade_status"),
        *("step_paid_fee", "shipping_type", "buyer_open_uid", "buyer_nick", "seller_memo"),
        *("seller_flag", "has_buyer_message", "oaid", "receiver_name", "receiver_state"),
        *("receiver_city", "receiver_district", "receiver_town", "receiver_address"),
        *("receiver_zip", "receiver_mobile", "receiver_phone", "orders"),
    )
)
"""The identity of the address comes only with all of name, address, mobile, phone and created."""
WHOLE_FIELDS = f"{TRADE_FIELDS},buyer_message,promotion_details"
REFUND_FIELDS = ",".join(
    (
        *("refund_id", "tid", "oid", "status", "refund_fee", "payment", "created", "modified"),
        *(
            "reason",
            "num",
            "has_good_return",
            "company_name",
            "sid",
            "refund_phase",
            "refund_version",
        ),
        *("dispute_type", "good_status", "refund_remind_timeout"),
    )
)

OPEN_KEYS = frozenset(
    {
        *("tid", "tid_str", "status", "type", "created", "modified", "pay_time", "consign_time"),
        *("end_time", "payment", "total_fee", "post_fee", "discount_fee", "adjust_fee"),
        *("received_payment", "step_trade_status", "step_paid_fee", "seller_flag", "orders"),
        *("order", "oid", "oid_str", "num_iid", "sku_id", "outer_iid", "outer_sku_id", "title"),
        *("sku_properties_name", "num", "price", "divide_order_fee", "part_mjz_discount"),
        *("refund_status", "refund_id", "store_code", "bind_oid", "is_service_order"),
        *("logistics_company", "invoice_no", "shipping_type", "has_buyer_message"),
        *("refund_fee", "num", "has_good_return", "good_status", "dispute_type", "sid"),
        *("company_name", "refund_phase", "refund_version", "outer_id", "trade_from"),
    }
)
"""What a page may show of a payload: no name, no words of a person, no identity of an address."""
