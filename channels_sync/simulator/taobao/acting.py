"""What TOP lets a seller do: ship, note, answer, pay back, set stock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels_sync.simulator.market.market import Market
from channels_sync.simulator.market.refunds import Refund, RefundKind
from channels_sync.simulator.taobao.errors import REMOTE, TopError, invalid, missing
from channels_sync.simulator.taobao.gate import text
from channels_sync.simulator.taobao.trades import version_of

Document = dict[str, Any]
Form = Mapping[str, str]
_COMPANIES = frozenset(
    ("SF", "ZTO", "YTO", "STO", "YUNDA", "EMS", "POSTB", "JTSD", "JD", "DBKD", "HTKY", "OTHER")
)
_MOST_SKUS, _LARGEST_FLAG = 20, 5
_WHOLE = "1"
_RESEND_WITHIN = timedelta(hours=24)
_REASONS = (
    {"reason_id": 101, "reason_text": "商品已影响二次销售", "reason_tips": "请上传商品照片"},
    {"reason_id": 102, "reason_text": "买家已签收且商品无质量问题", "reason_tips": ""},
    {"reason_id": 103, "reason_text": "与买家协商一致不退款", "reason_tips": ""},
)


def ship(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.logistics.offline.send``: whole lines, each with one number."""
    number, waybill_no = _needed(form, "tid"), _needed(form, "out_sid")
    company = _needed(form, "company_code")
    if company not in _COMPANIES:
        raise invalid("company_code", "物流公司编码不存在")
    lines = tuple(filter(None, form.get("sub_tid", "").split(",")))
    if (form.get("is_split") == "1") != bool(lines):
        raise invalid("sub_tid", "拆单发货必须且只能此时传子订单号")
    market.ship(number, carrier=company.lower(), waybill_no=waybill_no, line_nos=lines, at=now)
    return {"shipping": {"is_success": True}}


def resend(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.logistics.consign.resend``: another number, for a day after it was told."""
    number, waybill_no = _needed(form, "tid"), _needed(form, "out_sid")
    company, order = _needed(form, "company_code"), market.order(number)
    named = set(filter(None, form.get("sub_tid", "").split(",")))
    boxes = [box for box in order.parcels if not named or named <= set(box.line_nos)]
    if company not in _COMPANIES or (form.get("is_split") == "1") != bool(named):
        raise invalid("sub_tid", "物流公司或子订单不正确")
    if len(boxes) != 1 or now - boxes[0].shipped_at > _RESEND_WITHIN:
        code = "isv.logistics-update-company-or-mailno-error:P08"
        raise TopError(REMOTE, code, "该订单不支持修改")
    old = boxes[0].waybill_no
    market.renumber(number, carrier=company.lower(), waybill_no=waybill_no, at=now, replaces=old)
    return {"shipping": {"is_success": True}}


def note(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.trade.memo.update``"""
    order = market.order(_needed(form, "tid"))
    memo = "" if form.get("reset") == "true" else form.get("memo") or order.seller_memo
    flag = int(form.get("flag") or order.seller_flag)
    if not 0 <= flag <= _LARGEST_FLAG:
        raise invalid("flag")
    changed = market.change_memo(order.number, memo=memo, flag=flag, at=now)
    return {"trade": {"tid": int(order.number), "modified": text(changed.modified_at)}}


def agree_to_return(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.rp.returngoods.agree``"""
    refund = _refund(market, _needed(form, "refund_id"), form.get("refund_version", ""))
    if refund.kind is RefundKind.REFUND_ONLY:
        raise TopError(REMOTE, "isv.refund-service-error:TYPE", "仅退款申请不能同意退货")
    address = " ".join((_needed(form, "name"), _needed(form, "mobile"), _needed(form, "address")))
    market.requests.agree(refund.number, address=address, at=now)
    return {"is_success": True}


def refuse(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.refund.refuse``: not before the goods have left."""
    refund = _refund(market, _needed(form, "refund_id"), form.get("refund_version", ""))
    if form.get("tid") != refund.order_no or form.get("oid") != refund.line_no:
        raise invalid("tid", "退款编号与交易编号不匹配")
    if not refund.is_after_shipping:
        raise TopError(REMOTE, "isv.refund-service-error:STATUS", "卖家未发货，不能拒绝退款")
    reason = _needed(form, "refuse_message")
    known = {str(row["reason_id"]) for row in _REASONS}
    if form.get("refuse_reason_id", next(iter(known))) not in known:
        raise invalid("refuse_reason_id", "拒绝原因不存在")
    done = market.requests.refuse(refund.number, reason=reason, at=now)
    told = {"refund_id": done.number, "status": "SELLER_REFUSE_BUYER"}
    return {"refund": told | {"modified": text(done.modified_at)}}


def reasons(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.refund.refusereason.get``: what is offered for one request."""
    _refund(market, _needed(form, "refund_id"), "")
    wanted = set(_needed(form, "fields").split(","))
    rows = [{key: value for key, value in row.items() if key in wanted} for row in _REASONS]
    return {"reasons": {"reason": rows}, "total_results": len(rows), "has_next": False}


def pay_back(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.rp.refunds.agree``: a refused one is told inside a success."""
    results = []
    for info in _needed(form, "refund_infos").split(","):
        number, cents, version, _phase = (info.split("|") + [""] * 4)[:4]
        refund = _refund(market, number, version)
        is_same = str(int(refund.amount * 100)) == cents
        if is_same:
            market.requests.pay(number, at=now)
        words = "操作成功" if is_same else "退款金额与申请不一致"
        results.append({"refund_id": number, "succ": is_same, "message": words})
    done = all(result["succ"] for result in results)
    code = "OP_SUCC" if done else "OP_PART_FAIL"
    return {"succ": done, "msg_code": code, "results": {"refund_mapping_result": results}}


def set_skus(market: Market, form: Form, now: datetime) -> Document:
    """``taobao.skus.quantity.update``: all or none of one item's SKUs."""
    product = _needed(form, "num_iid")
    pairs = [pair.split(":") for pair in _needed(form, "skuid_quantities").split(";")]
    if len(pairs) > _MOST_SKUS or form.get("type", _WHOLE) != _WHOLE:
        raise invalid("skuid_quantities", f"一次最多 {_MOST_SKUS} 个 SKU")
    known = {each.sku_id for each in market.store.stock() if each.product_id == product}
    if any(len(pair) != len(("sku", "units")) or not pair[1].isdecimal() for pair in pairs):
        raise invalid("skuid_quantities")
    if unknown := [sku for sku, _units in pairs if sku not in known]:
        raise TopError(
            REMOTE, "isv.item-quantity-update-service-error", f"SKU 不存在：{unknown[0]}"
        )
    for sku, units in pairs:
        market.set_stock(sku, int(units))
    rows = [{"sku_id": int(sku), "quantity": int(units)} for sku, units in pairs]
    return {"item": {"num_iid": int(product), "modified": text(now), "skus": {"sku": rows}}}


def _refund(market: Market, number: str, version: str) -> Refund:
    found = market.store.refund(number)
    if found is None:
        raise TopError(REMOTE, "isv.refund-not-exist", "退款单不存在")
    if version and version != str(version_of(found)):
        raise TopError(REMOTE, "isv.refund-service-error:VERSION", "退款单已变更，请刷新")
    return found


def _needed(form: Form, name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise missing(name)
    return value
