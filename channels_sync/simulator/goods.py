"""What the simulated shops sell: some of the demo's SKU codes, with their prices in yuan."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    sku_code: str
    title: str
    yuan: int


PRODUCTS = (
    Product("MILK-01", "婴儿配方奶粉 1段 800g", 238),
    Product("DIAP-02", "婴儿纸尿裤 S 76片", 99),
    Product("TOYB-03", "积木玩具 120粒", 69),
    Product("HOOD-02", "连帽卫衣 黑 M", 159),
    Product("HOOD-07", "连帽卫衣 白 L", 159),
    Product("TEES-01", "纯棉T恤 黑 S", 59),
    Product("TEES-06", "纯棉T恤 白 M", 59),
    Product("JEAN-03", "直筒牛仔裤 黑 L", 199),
    Product("SNKR-05", "运动鞋 黑 42码", 269),
    Product("SOCK-04", "中筒袜 黑 5双", 19),
    Product("EARB-01", "蓝牙耳机 黑", 299),
    Product("CHRG-03", "氮化镓充电器 65W", 129),
    Product("CABL-01", "快充数据线 1米 黑", 29),
    Product("KEYB-02", "机械键盘 青轴", 359),
    Product("NUTS-02", "每日坚果 15包", 89),
    Product("TEAX-02", "明前龙井 100g", 168),
    Product("RICE-02", "东北大米 5kg", 59),
    Product("MUGX-02", "陶瓷马克杯 白", 39),
    Product("PANX-01", "不粘炒锅 28cm", 189),
    Product("TOWL-02", "纯棉毛巾 黑 3条", 35),
    Product("DTRG-02", "洗衣液 2kg", 45),
    Product("LAMP-01", "护眼台灯 白", 179),
    Product("HOOK-03", "免打孔挂钩 8只装", 15),
    Product("SNAC-01", "手工曲奇 原味", 29),
)
BY_CODE = {product.sku_code: product for product in PRODUCTS}
NOBODY_SELLS = Product("SOLD-OUT-404", "已下架的联名款", 88)
"""A code that the other side does not know."""

Cart = tuple[tuple[Product, int], ...]


def fill_cart(chance: random.Random) -> Cart:
    """Choose like a buyer: mostly one or two things, mostly one of each."""
    chosen = chance.sample(PRODUCTS, chance.choice((1, 1, 1, 2, 2, 3)))
    return tuple((product, chance.choice((1, 1, 1, 1, 2, 3))) for product in chosen)
