"""The control page of one platform: its orders, refunds, parcels, stock, messages and tokens."""

from datetime import datetime
from functools import partial
from html import escape
from zoneinfo import ZoneInfo

from channels_sync.simulator.buyers import COUNT, person
from channels_sync.simulator.goods import PRODUCTS
from channels_sync.simulator.html import form, options, table
from channels_sync.simulator.market.booth import Booth
from channels_sync.simulator.market.branches import BRANCHES, Branch
from channels_sync.simulator.market.orders import Order, Status
from channels_sync.simulator.market.refunds import Refund, RefundKind, RefundStatus
from channels_sync.simulator.market.store import Stock, Waybill
from channels_sync.simulator.outbox import Message

_BEIJING = ZoneInfo("Asia/Shanghai")
_STATES = {
    Status.UNPAID: "待付款",
    Status.PAID: "待发货",
    Status.PARTIALLY_SHIPPED: "部分发货",
    Status.SHIPPED: "已发货",
    Status.COMPLETED: "已完成",
    Status.CANCELLED: "已关闭",
}
_ACTS = {
    "pay": "付款",
    "cancel": "取消",
    "move": "改地址",
    "finish": "确认收货",
}
_OF_STATE = {
    Status.UNPAID: ("pay", "cancel", "move"),
    Status.PAID: ("cancel", "move"),
    Status.SHIPPED: ("finish",),
}
_KINDS = {
    RefundKind.REFUND_ONLY: "仅退款",
    RefundKind.RETURN_REFUND: "退货退款",
    RefundKind.EXCHANGE: "换货",
}
_REFUND_STATES = {
    RefundStatus.WAIT_MERCHANT: "待商家处理",
    RefundStatus.WAIT_BUYER_RETURN: "待买家退货",
    RefundStatus.WAIT_MERCHANT_RECEIVE: "待商家收货",
    RefundStatus.REFUNDING: "退款中",
    RefundStatus.SUCCESS: "退款成功",
    RefundStatus.REJECTED: "商家拒绝",
    RefundStatus.CLOSED: "已关闭",
}
_REFUND_ACTS = {
    "agree": "同意",
    "refuse": "拒绝",
    "send_back": "买家寄回",
    "pay_refund": "打款",
    "close_refund": "买家撤销",
}
_OF_REFUND_STATE = {
    RefundStatus.WAIT_MERCHANT: ("agree", "refuse", "pay_refund", "close_refund"),
    RefundStatus.WAIT_BUYER_RETURN: ("send_back", "close_refund"),
    RefundStatus.WAIT_MERCHANT_RECEIVE: ("pay_refund", "refuse", "close_refund"),
    RefundStatus.REFUNDING: ("pay_refund",),
    RefundStatus.REJECTED: ("close_refund",),
}
MESSAGE_STATES = {"waiting": "待发送", "delivered": "已送达", "refused": "被拒收"}


def market_section(booth: Booth) -> str:
    """Draw what belongs to one platform."""
    key, store = booth.platform.key, booth.market.store
    orders = table(
        ("订单号", "买家", "商品", "实付", "状态", "包裹", "操作"),
        map(partial(_order, key), store.orders()),
    )
    refunds = table(
        ("退款单", "订单号", "种类", "金额", "状态", "退货运单", "操作"),
        map(partial(_refund, key), store.refunds()),
    )
    heads = ("事件", "订单号", "状态", "次数", "应答", "操作")
    messages = table(heads, map(partial(_message, key), booth.outbox.messages()))
    stock = table(("商家编码", "规格", "库存", ""), map(partial(_stock, key), store.stock()))
    waybills = table(("运单号", "快递", "订单号", "状态"), map(_waybill, store.waybills()))
    branches = table(("网点", "快递", "面单余额"), map(partial(_branch, booth), BRANCHES))
    return (
        f"<h2>{escape(booth.platform.label)}：{escape(booth.platform.app.shop_name)}</h2>"
        f"{_place_form(key)}{_account(booth)}<h3>订单</h3>{orders}<h3>退款与售后</h3>{refunds}"
        f"<h3>消息</h3>{messages}<details><summary>电子面单</summary>{branches}{waybills}</details>"
        f"<details><summary>库存</summary>{stock}</details>"
    )


def _place_form(key: str) -> str:
    buyers = options({str(each): f"{person(each).name} {each:03d}" for each in range(COUNT)})
    goods = options({product.sku_code: f"{product.title} ¥{product.yuan}" for product in PRODUCTS})
    ticks = "".join(
        f'<label><input type="checkbox" name="{name}" value="1"{checked}>{text}</label>'
        for name, text, checked in (
            ("is_paid", "已付款", " checked"),
            ("has_gift", "带赠品", ""),
            ("is_presale", "预售", ""),
            ("is_cod", "货到付款", ""),
        )
    )
    fields = (
        f'<select name="buyer" aria-label="买家">{buyers}</select>'
        f'<select name="sku_code" aria-label="商品">{goods}</select>'
        '<label>数量<input name="quantity" type="number" value="1" min="1" max="99"></label>'
        "<label>优惠（元）"
        '<input name="discount" type="number" value="0" min="0" step="0.01"></label>'
        f'<input name="note" placeholder="买家留言">{ticks}'
    )
    return form(f"{key}/place", "下单", fields)


def _account(booth: Booth) -> str:
    """Show what connects a store to this platform: none of it is a secret."""
    grant, key, app = booth.tokens.newest(), booth.platform.key, booth.platform.app
    rows = {
        "接口地址": f"http://（本页的主机和端口）/{key}",
        "应用 Key": app.key,
        "应用密钥": app.secret,
        "店铺编号": app.shop_id,
        "消息": "由对方定时取走" if booth.platform.fetches_messages else booth.platform.hook,
        **booth.platform.also,
    }
    told = ""
    if booth.platform.has_tokens:
        rows["访问令牌"] = grant.access_token if grant else "—"
        words = f"令牌到期 {_text(grant.access_until)}" if grant else "没有授权"
        told = (
            f"<p>{words}</p>{form(f'{key}/expire', '令牌过期')}{form(f'{key}/revoke', '取消授权')}"
        )
    drawn = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows.items())
    return f"{told}<details><summary>怎样接入</summary><dl>{drawn}</dl></details>"


def _text(moment: datetime) -> str:
    return f"{moment.astimezone(_BEIJING):%m-%d %H:%M}"


def _order(key: str, order: Order) -> tuple[str, ...]:
    goods = "<br>".join(f"{escape(line.title)} × {line.quantity}" for line in order.lines)
    state = _STATES[order.status]
    if order.presale is not None and order.status is Status.UNPAID:
        state = "预售：已付定金" if order.presale.is_deposit_paid else "预售：待付定金"
    parcels = "<br>".join(escape(f"{each.carrier} {each.waybill_no}") for each in order.parcels)
    return (
        f"{escape(order.number)}<br>{_text(order.created_at)}",
        f"{escape(order.receiver.name)}<br>{escape(order.receiver.city)}",
        goods,
        f"{order.paid_amount:.2f}",
        f"{state}<br>{escape(order.seller_memo)}",
        parcels,
        _order_buttons(key, order),
    )


def _order_buttons(key: str, order: Order) -> str:
    buttons = "".join(
        form(f"{key}/{act}", _ACTS[act], order=order.number)
        for act in _OF_STATE.get(order.status, ())
    )
    if order.status in (Status.UNPAID, Status.CANCELLED):
        return buttons
    lines = options({line.number: line.title for line in order.lines if line.left})
    kinds = options({kind.value: text for kind, text in _KINDS.items()})
    ask = form(
        f"{key}/ask",
        "申请退款",
        f'<select name="line" aria-label="商品行">{lines}</select>'
        f'<select name="kind" aria-label="种类">{kinds}</select>',
        order=order.number,
    )
    memo = form(
        f"{key}/memo",
        "写备注",
        f'<input name="memo" value="{escape(order.seller_memo)}" size="10" aria-label="备注">'
        f'<input name="flag" type="number" value="{order.seller_flag}" min="0" max="5" '
        'aria-label="旗帜">',
        order=order.number,
    )
    return f"{buttons}<details><summary>更多</summary>{ask}<br>{memo}</details>"


def _refund(key: str, refund: Refund) -> tuple[str, ...]:
    buttons = "".join(
        form(f"{key}/{act}", _REFUND_ACTS[act], refund=refund.number)
        for act in _OF_REFUND_STATE.get(refund.status, ())
    )
    address = f"<br>退至：{escape(refund.return_address)}" if refund.return_address else ""
    answer = f"<br>{escape(refund.answer)}" if refund.answer else ""
    return (
        escape(refund.number),
        escape(refund.order_no),
        f"{_KINDS[refund.kind]} × {refund.units}<br>{escape(refund.reason)}",
        f"{refund.amount:.2f}",
        f"{_REFUND_STATES[refund.status]}{address}{answer}",
        escape(f"{refund.carrier} {refund.waybill_no}".strip()),
        buttons,
    )


def _message(key: str, message: Message) -> tuple[str, ...]:
    fault = f"（{escape(message.fault)}）" if message.fault else ""
    return (
        escape(message.event) + fault,
        escape(message.order_id),
        MESSAGE_STATES[message.state],
        str(message.attempts),
        escape(message.answer),
        form(f"{key}/send_again", "再发一次", message_id=str(message.id)),
    )


def _branch(booth: Booth, branch: Branch) -> tuple[str, ...]:
    left = booth.market.waybills.left(branch)
    return branch.name, branch.carrier, "月结" if left is None else str(left)


def _waybill(waybill: Waybill) -> tuple[str, ...]:
    state = "已取消" if waybill.is_void else "已取号"
    orders = "<br>".join(map(escape, waybill.orders))
    return escape(waybill.waybill_no), escape(waybill.carrier), orders, state


def _stock(key: str, stock: Stock) -> tuple[str, ...]:
    field = (
        f'<input name="quantity" type="number" value="{stock.quantity}" min="0" aria-label="库存">'
    )
    change = form(f"{key}/stock", "改", field, sku_id=stock.sku_id)
    return (escape(stock.merchant_code), escape(stock.sku_id), str(stock.quantity), change)
