"""The words of statements: column names as platforms export them, and what an entry is. Data.

The names are those of the files that merchants export (Alipay: account log; WeChat Pay: trade bill,
pay.weixin.qq.com "download bill"; JD: settlement detail; PDD: goods payment detail; Doudian:
account log; Shopify: payout transactions). They change without notice, so each has several; a
mapping by hand covers the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from channels_sync.connectors.payouts.options import Basis, PayoutField

F = PayoutField
Words = Mapping[PayoutField, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Preset:
    """``words`` are column names without punctuation, in lower case, likeliest first."""

    key: str
    label: str
    basis: Basis
    words: Words
    fees_deducted: bool = False


PRESETS = (
    Preset(
        "alipay",
        "支付宝 / 淘宝账单",
        Basis.SETTLEMENT,
        {
            F.ORDER_NO: ("商户订单号", "业务基础订单号", "订单号"),
            F.TRANSACTION_NO: ("账务流水号", "业务流水号", "支付宝交易号", "支付宝流水号"),
            F.REFUND_NO: ("退款批次号退款请求号", "退款批次号"),
            F.AT: ("发生时间", "入账时间", "完成时间"),
            F.WORD: ("业务类型",),
            F.INCOME: ("收入金额元", "收入元", "收入金额", "收入"),
            F.OUTGO: ("支出金额元", "支出元", "支出金额", "支出"),
        },
    ),
    Preset(
        "wechat",
        "微信支付账单",
        Basis.PAYMENT,
        {
            F.ORDER_NO: ("商户订单号",),
            F.TRANSACTION_NO: ("微信订单号", "微信支付订单号"),
            F.REFUND_NO: ("微信退款单号", "微信支付退款单号"),
            F.AT: ("交易时间",),
            F.WORD: ("交易状态",),
            F.AMOUNT: ("应结订单金额", "总金额"),
            F.REFUND: ("退款金额",),
            F.FEE: ("手续费",),
            F.CURRENCY: ("货币种类",),
        },
    ),
    Preset(
        "jd",
        "京东结算单",
        Basis.SETTLEMENT,
        {
            F.ORDER_NO: ("订单编号", "订单号"),
            F.TRANSACTION_NO: ("单据编号", "业务单号", "流水号", "商户订单号"),
            F.AT: ("结算时间", "费用结算时间", "费用计费时间", "费用发生时间", "入账时间"),
            F.WORD: ("费用项", "费用名称", "费用类型", "单据类型", "业务类型"),
            F.DIRECTION: ("收支方向", "资金方向"),
            F.AMOUNT: ("应结金额", "金额", "结算金额", "应结算金额"),
            F.CURRENCY: ("币种", "结算币种"),
        },
    ),
    Preset(
        "pinduoduo",
        "拼多多货款明细",
        Basis.SETTLEMENT,
        {
            F.ORDER_NO: ("商户订单号", "订单号"),
            F.AT: ("发生时间",),
            F.WORD: ("账务类型", "业务描述"),
            F.INCOME: ("收入金额元", "收入金额"),
            F.OUTGO: ("支出金额元", "支出金额"),
        },
    ),
    Preset(
        "doudian",
        "抖店动账明细",
        Basis.SETTLEMENT,
        {
            F.ORDER_NO: ("订单号", "主订单号", "订单编号"),
            F.TRANSACTION_NO: ("动账流水号", "资金流水号", "流水号"),
            F.AT: ("动账时间", "结算时间"),
            F.WORD: ("动账场景", "计费类型", "动账摘要", "结算单类型"),
            F.DIRECTION: ("动账方向", "收支方向"),
            F.AMOUNT: ("动账金额", "结算金额"),
        },
    ),
    Preset(
        "shopify",
        "Shopify Payouts",
        Basis.PAYMENT,
        {
            F.ORDER_NO: ("orderid", "sourceorderid", "order"),
            F.TRANSACTION_NO: ("transactionid", "id"),
            F.AT: ("transactiondate", "date"),
            F.WORD: ("type",),
            F.AMOUNT: ("amount",),
            F.FEE: ("fee",),
            F.CURRENCY: ("currency",),
        },
    ),
    Preset(
        "other",
        "其他（自行选择列）",
        Basis.SETTLEMENT,
        {
            F.ORDER_NO: ("平台订单号", "订单编号", "订单号", "orderno", "orderid", "ordernumber"),
            F.TRANSACTION_NO: ("交易流水号", "流水号", "transactionno", "transactionid"),
            F.AT: ("时间", "日期", "交易时间", "入账时间", "date", "time", "createdat"),
            F.WORD: ("类型", "交易类型", "业务类型", "type", "kind", "description"),
            F.AMOUNT: ("金额", "交易金额", "amount", "net"),
            F.INCOME: ("收入", "credit"),
            F.OUTGO: ("支出", "debit"),
            F.FEE: ("手续费", "佣金", "fee", "commission"),
            F.CURRENCY: ("币种", "currency"),
        },
    ),
)

OUT_WORDS = ("出账", "支出", "扣", "付款", "debit", "out")
REFUND_WORDS = ("退款", "退货", "售后", "refund", "chargeback", "dispute")
FEE_WORDS = (
    *("佣金", "服务费", "手续费", "技术", "提成", "扣点", "收费", "推广", "运费险", "保险"),
    *("违约", "赔付", "commission", "fee", "insurance"),
)
OTHER_WORDS = ("提现", "转账", "充值", "保证金", "payout", "withdraw", "transfer", "deposit")
INCOME_WORDS = (
    *("货款", "交易收入", "在线支付", "交易付款", "收款", "结算", "订单", "优惠券", "补贴"),
    *("success", "charge", "payment", "sale"),
)
CURRENCIES = {"RMB": "CNY", "人民币": "CNY", "人民币元": "CNY", "元": "CNY"}
NO_TEXT = frozenset({"", "/", "-", "--", "无", "null"})
END_WORDS = ("总交易单数", "总交易")
"""With these begin the sums below the entries of a bill."""
SUM_WORDS = ("#", "合计", "总计", "total")
