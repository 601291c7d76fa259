"""Words of Doudian's by which a refusal is understood, where no code tells."""

SHIPPED_BEFORE = ("已发货", "重复发货")
"""How a business failure says that somebody was faster."""
NO_SUCH_ORDER = "订单不存在"
EBILL_TOO_FAST = ("过于频繁", "限流", "稍后再取")
EBILL_TROUBLE = ("超时", "系统异常", "系统繁忙", "系统错误", "稍后重试")
EBILL_GONE = ("没有这个运单", "运单号不存在", "运单不存在", "已取消", "已作废")
"""How the e-waybill service says it: its numbers of errors differ from carrier to carrier."""
