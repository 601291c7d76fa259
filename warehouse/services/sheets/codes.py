"""The words of the columns as people write them: Chinese first, English second, then others."""

from oms.services.sheets.codes import EXAMPLE

BIN = ("库位编码", "Bin", "库位", "货位", "货位编码", "bin code", "location")
ZONE = ("库区", "Zone", "区域")
KIND = ("库位类型", "Bin kind", "类型", "kind")
AISLE = ("巷道", "Aisle", "通道")
BAY = ("列", "Bay", "货架")
LEVEL = ("层", "Level")
QUANTITY = ("数量", "Quantity", "库存", "期初数量", "期初库存", "qty")
LOT = ("批次", "Lot", "批次号", "批号")
CONDITION = ("品质", "Condition", "状态", "库存状态")

EXAMPLE_BIN = f"{EXAMPLE}-A-01-1"

KIND_WORDS = {
    "货架": "shelf",
    "拣货位": "shelf",
    "周转箱": "tote",
    "料箱": "tote",
    "月台": "dock",
    "收货区": "dock",
    "暂存": "staging",
    "暂存区": "staging",
    "打包台": "packing",
    "复核台": "packing",
    "退货": "return",
    "退货区": "return",
}
CONDITION_WORDS = {
    "良品": "good",
    "正品": "good",
    "合格": "good",
    "次品": "defective",
    "残次": "defective",
    "残次品": "defective",
    "不良品": "defective",
    "待检": "quarantine",
    "隔离": "quarantine",
}
