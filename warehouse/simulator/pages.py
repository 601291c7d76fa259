"""The control page: the orders the carrier knows, buttons to move them, trouble to order."""

from html import escape

from warehouse.simulator.faults import FaultKind
from warehouse.simulator.sf.routes import can_advance
from warehouse.simulator.simulator import Simulator
from warehouse.simulator.store import Order

CONTROL_PATH = "/_control"

_STEPS = {
    "collected": "揽收",
    "in_transit": "运输",
    "out_for_delivery": "派送",
    "delivered": "签收",
    "refused": "拒收",
    "returning": "退回",
    "returned": "退回签收",
}
_WAYS = {"delivered": "一路到签收", "returned": "拒收并退回"}
_STATES = {"created": "已下单", "cancelled": "已取消", **_STEPS}
_FILTERS = {1: "人工筛单", 2: "可收派", 3: "不可收派"}
_FAULTS = {
    FaultKind.CODE: "网关返回错误码",
    FaultKind.SERVER_ERROR: "HTTP 500",
    FaultKind.DROP_BEFORE: "处理前断线",
    FaultKind.DROP_AFTER: "处理后断线（对方不知结果）",
    FaultKind.DELAY: "处理后延迟应答",
    FaultKind.MALFORMED: "应答残缺",
}
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:1rem;max-width:70rem}
table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.4rem;text-align:left}
form{display:inline}button,input,select{font:inherit;padding:.3rem .6rem;margin:.15rem}
"""


def control_page(simulator: Simulator) -> str:
    """Draw the page; it works without scripts."""
    orders = simulator.store.orders()
    rows = "".join(_row(simulator, order) for order in orders)
    empty = "<tr><td colspan='5'>还没有订单</td></tr>"
    return f"""<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>快递模拟器</title><style>{_STYLE}</style></head><body>
<h1>快递模拟器</h1>
<p>这里的运单号都是假的。推送：{escape(simulator.last_push or "无")}
{_form("push", "重新推送")}</p>
{_callback_form(simulator)}
<h2>故障</h2><p>{_planned(simulator)}</p>{_fault_form()} {_form("faults/clear", "清除故障")}
<h2>订单</h2><table><tr><th>订单号</th><th>运单号</th><th>目的地</th><th>状态</th><th>操作</th></tr>
{rows or empty}</table></body></html>"""


def _row(simulator: Simulator, order: Order) -> str:
    numbers = "<br>".join(number for _, number in simulator.store.numbers(order.order_id))
    verdict = _FILTERS[order.filter_result]
    buttons = "".join(
        _form("advance", text, order_id=order.order_id, step=step) for step, text in _STEPS.items()
    )
    buttons += "".join(
        _form("travel", text, order_id=order.order_id, way=way) for way, text in _WAYS.items()
    )
    return (
        f"<tr><td>{escape(order.order_id)}</td><td>{numbers}</td>"
        f"<td>{escape(order.dest_city)} {escape(order.dest)}（{verdict}）</td>"
        f"<td>{_STATES.get(order.state, escape(order.state))}</td>"
        f"<td>{buttons if can_advance(order) else ''}</td></tr>"
    )


def _form(action: str, text: str, **fields: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    target = f'method="post" action="{CONTROL_PATH}/{action}"'
    return f"<form {target}>{hidden}<button>{text}</button></form>"


def _callback_form(simulator: Simulator) -> str:
    """The address is made on the page of the carrier account and pasted here."""
    return (
        f'<form method="post" action="{CONTROL_PATH}/callback">'
        f'<input name="url" size="60" value="{escape(simulator.callback_url)}" '
        'placeholder="快递账号页“推送地址”给出的地址" aria-label="推送地址">'
        "<button>推送到此地址</button></form>"
    )


def _fault_form() -> str:
    options = "".join(f'<option value="{kind}">{text}</option>' for kind, text in _FAULTS.items())
    return (
        f'<form method="post" action="{CONTROL_PATH}/faults"><select name="kind">{options}</select>'
        '<input name="service" value="*" size="28" aria-label="接口">'
        '<input name="times" type="number" value="1" min="1" aria-label="次数">'
        '<input name="seconds" type="number" value="0" min="0" max="60" step="any" aria-label="秒">'
        '<input name="code" value="A1005" size="6" aria-label="错误码"><button>安排</button></form>'
    )


def _planned(simulator: Simulator) -> str:
    plans = [
        f"{_FAULTS[fault.kind]} × {fault.times}（{escape(fault.service)}）"
        for fault in simulator.faults.planned()
    ]
    return "；".join(plans) or "没有安排故障"
