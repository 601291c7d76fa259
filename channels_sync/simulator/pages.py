"""The control page: place orders, change them, see what was sent and told, order trouble."""

from collections.abc import Iterable
from html import escape

from channels_sync.simulator.buyers import COUNT, person
from channels_sync.simulator.faults import Fault, FaultKind
from channels_sync.simulator.goods import PRODUCTS
from channels_sync.simulator.html import CONTROL_PATH, document, form, options, table
from channels_sync.simulator.market.booth import Booth
from channels_sync.simulator.market.page import MESSAGE_STATES, market_section
from channels_sync.simulator.outbox import Message
from channels_sync.simulator.ownsite.shop import MOST_OF_ONE
from channels_sync.simulator.ownsite.store import Document, News, Units
from channels_sync.simulator.simulator import Simulator

_STATES = {
    "unpaid": "待付款",
    "paid": "已付款",
    "partially_shipped": "部分发货",
    "shipped": "已发货",
    "completed": "已完成",
    "cancelled": "已取消",
}
_ACTS = {
    "pay": "付款",
    "cancel": "取消",
    "move": "改地址",
    "ask_refund": "申请退款",
    "ask_exchange": "申请换货",
}
_OF_STATE = {
    "unpaid": ("pay", "cancel", "move"),
    "paid": ("cancel", "move", "ask_refund"),
    "partially_shipped": ("ask_refund",),
    "shipped": ("ask_refund", "ask_exchange"),
}
_KINDS = {"refund_only": "仅退款", "return_refund": "退货退款", "exchange": "换货"}
_STAGES = {
    "wait_merchant": "待商家处理",
    "wait_buyer_return": "待买家寄回",
    "wait_merchant_receive": "买家已寄回",
    "refunding": "退款中",
    "rejected": "已拒绝",
    "closed": "已关闭",
    "success": "已退款",
}
_REQUEST_ACTS = {"withdraw": "撤销", "send_back": "寄回", "pay_back": "平台直接退款"}
_OF_STAGE = {
    "wait_merchant": ("withdraw", "pay_back"),
    "wait_buyer_return": ("withdraw", "send_back", "pay_back"),
    "wait_merchant_receive": ("pay_back",),
}
_EVENTS = {
    "order.created": "新订单",
    "order.paid": "付款",
    "order.updated": "变更",
    "order.cancelled": "取消",
    "refund.created": "申请售后",
    "refund.updated": "售后进展",
    "orders/create": "新订单",
    "orders/paid": "付款",
    "orders/updated": "变更",
    "orders/cancelled": "取消",
    "orders/fulfilled": "全部发货",
    "orders/partially_fulfilled": "部分发货",
    "refunds/create": "退款",
    "returns/request": "申请退货",
}
_SHOPIFY_STATES = {
    "PENDING": "待付款",
    "PAID": "已付款",
    "PARTIALLY_REFUNDED": "部分退款",
    "REFUNDED": "已退款",
    "UNFULFILLED": "未发货",
    "PARTIALLY_FULFILLED": "部分发货",
    "FULFILLED": "已发货",
}
_PLACES = {"shipments": "发货", "refunds": "退款", "returns": "退货答复"}
_SCENES = {
    "single": "单个订单",
    "siblings": "同一买家隔两分钟两单",
    "merged_then_cancelled": "合单后取消一单",
    "pays_later": "稍后付款",
    "moves": "改地址",
    "asks_refund": "申请退款",
    "unknown_sku": "未知商品编码",
    "broken": "金额或数量错误",
}
_FAULTS = {
    FaultKind.WRONG_KEY: "推送：签名密钥错误",
    FaultKind.SECOND_KEY: "推送：用旧密钥签名",
    FaultKind.OLD_TIMESTAMP: "推送：时间戳过期",
    FaultKind.CHANGED_BODY: "推送：报文被改一个字节",
    FaultKind.REPLAYED: "推送：原样重放",
    FaultKind.DUPLICATE: "推送：重复事件",
    FaultKind.LATE: "推送：延迟",
    FaultKind.OUT_OF_ORDER: "推送：乱序",
    FaultKind.SERVER_ERROR: "应答：HTTP 500",
    FaultKind.THROTTLE: "应答：限流 429",
    FaultKind.REFUSE: "应答：拒绝 422",
    FaultKind.DROP_BEFORE: "应答：处理前断线",
    FaultKind.DROP_AFTER: "应答：处理后断线（对方不知结果）",
    FaultKind.DELAY: "应答：处理后延迟",
    FaultKind.MALFORMED: "应答：残缺",
}


def control_page(simulator: Simulator, *, notice: str = "") -> str:
    """Draw the page; it works without scripts."""
    store = simulator.store
    orders = table(("订单号", "买家", "商品", "金额", "状态", "操作"), map(_order, store.orders()))
    heads = ("事件", "订单号", "状态", "次数", "应答", "")
    messages = table(heads, map(_message, simulator.outbox.messages()))
    abroad = table(heads, map(_message, simulator.shopify_outbox.messages()))
    stock = table(("商品编码", "可售数量", "版本"), map(_units, store.all_units()))
    news = table(("内容", "订单号", "编号", "详情"), map(_news, store.news()))
    content = f"""{_links(simulator)}
<p>这里的店铺、买家和钱都是假的。推送到 {escape(simulator.settings.oms_url)}</p>
<h2>下单</h2>{_order_form()}
<h2>自动模式</h2>{_automatic(simulator)}
{_faults(simulator)}
<h2>订单</h2>{orders}<h2>售后申请</h2>{_requests(simulator)}<h2>推送记录</h2>{messages}<h2>收到的回传</h2>{news}
<details><summary>可售库存</summary>{stock}</details>
<h2>Shopify：{escape(simulator.settings.shopify_store)}</h2>{_order_form("shopify/place")}
{form("shopify/expire", "令牌过期")}{_shopify_orders(simulator)}<h3>推送记录</h3>{abroad}
<details><summary>可售库存</summary>{_shopify_levels(simulator)}</details>"""
    return document(f"店铺模拟器：{simulator.settings.shop}", content, notice=notice)


def market_page(simulator: Simulator, booth: Booth, *, notice: str = "") -> str:
    """Draw the page of one platform of the market."""
    content = f"{_links(simulator)}{market_section(booth)}{_faults(simulator)}"
    return document(f"平台模拟器：{booth.platform.label}", content, notice=notice)


def _links(simulator: Simulator) -> str:
    links = {CONTROL_PATH: "自有商城与 Shopify"} | {
        f"{CONTROL_PATH}/{key}": booth.platform.label for key, booth in simulator.booths.items()
    }
    drawn = "".join(f'<a href="{path}">{escape(text)}</a>' for path, text in links.items())
    return f"<nav>{drawn}</nav>"


def _faults(simulator: Simulator) -> str:
    planned = _planned(simulator.faults.planned())
    return f"<h2>故障</h2><p>{planned}</p>{_fault_form()} {form('faults/clear', '清除故障')}"


def _order(order: Document) -> tuple[str, ...]:
    goods = "<br>".join(
        f"{escape(str(line['title']))} × {line['quantity']}" for line in order["lines"]
    )
    buttons = "".join(
        form("act", _ACTS[act], act=act, order_id=order["order_id"])
        for act in _OF_STATE.get(order["status"], ())
    )
    yuan = (order["amounts"]["goods_cents"] + order["amounts"]["shipping_cents"]) / 100
    return (
        escape(order["order_id"]),
        f"{escape(order['receiver']['name'])}<br>{escape(order['receiver']['city'])}",
        goods,
        f"{yuan:.2f}",
        _STATES.get(order["status"], escape(order["status"])),
        buttons,
    )


def _requests(simulator: Simulator) -> str:
    heads = ("售后单号", "订单号", "类型", "金额", "进度", "操作")
    return table(heads, map(_request, simulator.store.requests(limit=30)))


def _request(asked: Document) -> tuple[str, ...]:
    buttons = "".join(
        form("request", _REQUEST_ACTS[act], act=act, refund_id=asked["refund_id"])
        for act in _OF_STAGE.get(asked["status"], ())
    )
    return (
        escape(asked["refund_id"]),
        escape(asked["order_id"]),
        _KINDS[asked["kind"]],
        f"{asked['amount_cents'] / 100:.2f}",
        _STAGES[asked["status"]],
        buttons,
    )


def _message(message: Message) -> tuple[str, ...]:
    fault = f"（{_FAULTS[FaultKind(message.fault)]}）" if message.fault else ""
    return (
        _EVENTS.get(message.event, escape(message.event)) + fault,
        escape(message.order_id),
        MESSAGE_STATES[message.state],
        str(message.attempts),
        escape(message.answer),
        form("send_again", "再发一次", message_id=str(message.id), shop=message.channel),
    )


def _news(news: News) -> tuple[str, ...]:
    told = news.document
    match news.place:
        case "shipments":
            part = "（拆单）" if told.get("is_split") else ""
            detail = f"{told['carrier_code']} {told['tracking_no']}{part}"
        case "refunds":
            detail = f"{told['amount_cents'] / 100:.2f} {told['currency']}"
        case _:
            detail = "同意" if told["decision"] == "agree" else "拒绝"
    return (_PLACES[news.place], escape(news.order_id), escape(news.number), escape(detail))


def _units(units: Units) -> tuple[str, ...]:
    return (escape(units.sku_code), str(units.quantity), str(units.version))


def _shopify_levels(simulator: Simulator) -> str:
    numbers = simulator.gateway.inventory.numbers()
    return table(("SKU", "可售数量"), ((escape(code), str(units)) for code, units in numbers))


def _shopify_orders(simulator: Simulator) -> str:
    heads = ("订单", "买家", "商品", "金额", "状态", "运单号", "操作")
    return table(heads, map(_shopify_order, simulator.shopify.store.orders()))


def _shopify_order(order: Document) -> tuple[str, ...]:
    goods = "<br>".join(
        f"{escape(line['title'])} × {line['currentQuantity']}" for line in order["lineItems"]
    )
    money = order["totalPriceSet"]["shopMoney"]
    financial, shipped = order["displayFinancialStatus"], order["displayFulfillmentStatus"]
    words = f"{_SHOPIFY_STATES[financial]} / {_SHOPIFY_STATES[shipped]}"
    numbers = [info["number"] for each in order["fulfillments"] for info in each["trackingInfo"]]
    number = order["legacyResourceId"]
    pay = form("shopify/act", "付款", act="pay", order_id=number)
    cancel = form("shopify/act", "取消", act="cancel", order_id=number)
    pay_back = form("shopify/act", "商家退款", act="pay_back", order_id=number)
    ask_return = form("shopify/act", "申请退货", act="ask_return", order_id=number)
    acts = (pay if financial == "PENDING" else "") + ("" if order["fulfillments"] else cancel)
    acts += pay_back if financial == "PAID" else ""
    acts += ask_return if order["fulfillments"] else ""
    return (
        escape(order["name"]),
        escape(order["shippingAddress"]["name"]),
        goods,
        f"{money['amount']} {money['currencyCode']}",
        "已取消" if order["cancelledAt"] else words,
        escape(", ".join(numbers)),
        "" if order["cancelledAt"] else acts,
    )


def _order_form(action: str = "place") -> str:
    buyers = options(
        {str(number): f"{person(number).name} {number:03d}" for number in range(COUNT)}
    )
    goods = options({product.sku_code: f"{product.title} ¥{product.yuan}" for product in PRODUCTS})
    return (
        f'<form method="post" action="{CONTROL_PATH}/{action}">'
        f'<select name="buyer" aria-label="买家">{buyers}</select>'
        f'<select name="sku_code" aria-label="商品">{goods}</select>'
        f'<input name="quantity" type="number" value="1" min="1" max="{MOST_OF_ONE}" '
        'aria-label="数量"><label><input type="checkbox" name="is_paid" value="1" checked>已付款'
        "</label><button>下单</button></form>"
    )


def _automatic(simulator: Simulator) -> str:
    is_on, rate = simulator.settings.is_automatic, simulator.settings.rate
    scenes = "".join(form("scene", text, scene=name) for name, text in _SCENES.items())
    return (
        f"<p>{'正在运行' if is_on else '已停止'}，每分钟 {rate:g} 个场景</p>"
        f'<form method="post" action="{CONTROL_PATH}/automatic">'
        f'<input name="rate" type="number" value="{rate:g}" min="0.1" max="60" step="any" '
        'aria-label="每分钟"><button name="is_on" value="1">启动</button>'
        f'<button name="is_on" value="">停止</button></form><p>现在演一个：{scenes}</p>'
    )


def _fault_form() -> str:
    kinds = options({kind.value: text for kind, text in _FAULTS.items()})
    return (
        f'<form method="post" action="{CONTROL_PATH}/faults"><select name="kind">{kinds}</select>'
        '<input name="place" value="*" size="20" aria-label="事件或接口">'
        '<input name="times" type="number" value="1" min="1" aria-label="次数">'
        '<input name="seconds" type="number" value="0" min="0" step="any" aria-label="秒">'
        "<button>安排</button></form>"
    )


def _planned(faults: Iterable[Fault]) -> str:
    plans = [f"{_FAULTS[fault.kind]} × {fault.times}（{escape(fault.place)}）" for fault in faults]
    return "；".join(plans) or "没有安排故障"
