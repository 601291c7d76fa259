"""Two hundred SKUs in five categories, with barcodes, sizes, and two bundles."""

from collections.abc import Iterator
from dataclasses import dataclass

from oms.models import Barcode, Bundle, BundleComponent, Category, Sku


@dataclass(frozen=True, slots=True)
class Family:
    """A product in its variants; ``price`` in yuan, sizes in grams and millimetres."""

    category: str
    prefix: str
    name: str
    variants: tuple[str, ...]
    price: int
    weight_g: int
    size_mm: tuple[int, int, int]
    tags: tuple[str, ...] = ()


CATEGORIES = {
    "baby": "母婴",
    "clothing": "服饰",
    "digital": "数码",
    "food": "食品",
    "home": "家居",
}
_SIZES = ("S", "M", "L", "XL")
_COLORS = ("黑", "白", "灰", "蓝", "红")
_WEAR = tuple(f"{color} {size}" for color in _COLORS for size in _SIZES)

FAMILIES = (
    Family(
        "baby",
        "MILK",
        "婴儿配方奶粉",
        ("1段 800g", "2段 800g", "3段 800g", "4段 800g"),
        238,
        1050,
        (130, 130, 180),
        ("food",),
    ),
    Family(
        "baby",
        "DIAP",
        "婴儿纸尿裤",
        ("NB 84片", "S 76片", "M 64片", "L 54片", "XL 44片"),
        99,
        1900,
        (380, 220, 160),
    ),
    Family("baby", "TOYB", "积木玩具", ("40粒", "80粒", "120粒", "200粒"), 69, 700, (250, 180, 90)),
    Family("clothing", "HOOD", "连帽卫衣", _WEAR, 159, 620, (320, 260, 60)),
    Family("clothing", "TEES", "纯棉T恤", _WEAR, 59, 210, (280, 220, 25)),
    Family(
        "clothing",
        "JEAN",
        "直筒牛仔裤",
        tuple(f"{c} {s}" for c in _COLORS[:3] for s in _SIZES),
        199,
        680,
        (330, 250, 50),
    ),
    Family(
        "clothing",
        "SNKR",
        "运动鞋",
        tuple(f"{c} {n}码" for c in _COLORS[:3] for n in range(38, 44)),
        269,
        850,
        (330, 210, 120),
    ),
    Family(
        "clothing",
        "SOCK",
        "中筒袜",
        tuple(f"{c} {n}双" for c in _COLORS[:3] for n in (1, 2, 3, 5, 8, 10)),
        19,
        60,
        (200, 120, 30),
    ),
    Family("digital", "EARB", "蓝牙耳机", _COLORS, 299, 120, (110, 110, 50), ("fragile", "serial")),
    Family(
        "digital", "CHRG", "氮化镓充电器", ("30W", "45W", "65W", "100W"), 129, 160, (90, 60, 40)
    ),
    Family(
        "digital",
        "CABL",
        "快充数据线",
        ("1米 黑", "1米 白", "2米 黑", "2米 白"),
        29,
        50,
        (160, 90, 25),
    ),
    Family(
        "digital",
        "KEYB",
        "机械键盘",
        ("红轴", "青轴", "茶轴"),
        359,
        980,
        (380, 150, 50),
        ("fragile",),
    ),
    Family("food", "NUTS", "每日坚果", ("7包", "15包", "30包"), 89, 500, (240, 170, 90), ("food",)),
    Family(
        "food", "TEAX", "明前龙井", ("50g", "100g", "250g"), 168, 320, (200, 140, 80), ("food",)
    ),
    Family(
        "food",
        "RICE",
        "东北大米",
        ("2.5kg", "5kg", "10kg"),
        59,
        5200,
        (350, 250, 90),
        ("food", "heavy"),
    ),
    Family(
        "food",
        "MILC",
        "鲜牛奶",
        ("250ml×10", "950ml×2"),
        69,
        2700,
        (280, 200, 120),
        ("food", "cold", "liquid"),
    ),
    Family(
        "home", "MUGX", "陶瓷马克杯", (*_COLORS, "粉", "绿"), 39, 380, (120, 110, 110), ("fragile",)
    ),
    Family(
        "home", "PANX", "不粘炒锅", ("28cm", "30cm", "32cm"), 189, 1900, (480, 320, 120), ("heavy",)
    ),
    Family(
        "home",
        "TOWL",
        "纯棉毛巾",
        tuple(f"{c} {n}条" for c in _COLORS for n in (1, 3, 6)),
        35,
        180,
        (220, 150, 60),
    ),
    Family(
        "home",
        "DTRG",
        "洗衣液",
        ("1kg", "2kg", "3kg", "补充装 500g"),
        45,
        2100,
        (260, 180, 90),
        ("chemical", "liquid", "heavy"),
    ),
    Family(
        "home", "LAMP", "护眼台灯", ("白", "黑", "木纹"), 179, 1100, (420, 220, 120), ("fragile",)
    ),
    Family(
        "home",
        "HOOK",
        "免打孔挂钩",
        tuple(f"{n}只装" for n in (4, 6, 8, 10, 12)),
        15,
        90,
        (140, 100, 30),
    ),
    Family(
        "home",
        "BOXX",
        "收纳箱",
        tuple(f"{c} {n}升" for c in _COLORS for n in (18, 35, 50, 66)),
        49,
        1200,
        (500, 380, 300),
    ),
    Family(
        "home", "CUSH", "靠垫", (*_COLORS, "粉", "绿", "黄", "米", "咖"), 59, 480, (450, 450, 120)
    ),
    Family(
        "food",
        "SNAC",
        "手工曲奇",
        ("原味", "抹茶", "可可", "蔓越莓", "咸蛋黄"),
        29,
        210,
        (180, 120, 70),
        ("food", "fragile"),
    ),
)

_FLAGS = {
    "food": "is_food",
    "fragile": "is_fragile",
    "heavy": "is_heavy",
    "liquid": "is_liquid",
    "chemical": "is_chemical",
    "cold": "needs_cold_chain",
    "serial": "has_serial",
}


def prices() -> dict[str, int]:
    """Return the list price of every SKU code, in yuan."""
    return {code: family.price for family, code, _variant in _variants()}


def seed_goods() -> None:
    categories = {
        code: Category.objects.create(code=code, name=name) for code, name in CATEGORIES.items()
    }
    skus = Sku.objects.bulk_create(
        _build(family, code, variant, categories[family.category])
        for family, code, variant in _variants()
    )
    Barcode.objects.bulk_create(
        Barcode(sku=sku, code=_ean13(position)) for position, sku in enumerate(skus, start=1)
    )
    by_code = {sku.code: sku for sku in skus}
    _bundle("SET-BABY", "新生儿礼盒", {by_code["MILK-01"]: 2, by_code["DIAP-01"]: 1})
    _bundle("SET-DESK", "书桌套装", {by_code["LAMP-01"]: 1, by_code["KEYB-01"]: 1})


def _variants() -> Iterator[tuple[Family, str, str]]:
    for family in FAMILIES:
        for number, variant in enumerate(family.variants, start=1):
            yield family, f"{family.prefix}-{number:02d}", variant


def _build(family: Family, code: str, variant: str, category: Category) -> Sku:
    length, width, height = family.size_mm
    flags = {_FLAGS[tag]: True for tag in family.tags}
    return Sku(
        code=code,
        name=f"{family.name} {variant}",
        category=category,
        brand="木棉",
        weight_g=family.weight_g,
        length_mm=length,
        width_mm=width,
        height_mm=height,
        **flags,
    )


def _ean13(position: int) -> str:
    """An in-store number (prefix 20: never assigned to a real product) with its check digit."""
    body = f"20{position:010d}"
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _bundle(code: str, name: str, parts: dict[Sku, int]) -> None:
    bundle = Bundle.objects.create(code=code, name=name)
    BundleComponent.objects.bulk_create(
        BundleComponent(bundle=bundle, sku=sku, quantity=quantity)
        for sku, quantity in parts.items()
    )
