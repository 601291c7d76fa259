"""Words of Doudian's by which a refusal is understood, where no code tells."""

SHIPPED_BEFORE = ("已发货", "重复发货")
"""How a business failure says that somebody was faster."""
NO_SUCH_ORDER = "订单不存在"
