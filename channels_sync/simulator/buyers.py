"""Who buys: invented people at invented doors, the same as the demo's. 1380000xxxx is nobody's."""

from dataclasses import dataclass

COUNT = 60

_NAMES = (
    "李晓雨",
    "王子涵",
    "刘一鸣",
    "张若溪",
    "黄佳怡",
    "徐文博",
    "朱可心",
    "马俊杰",
    "胡雅静",
    "郭浩然",
)
_PLACES = (
    ("浙江省", "杭州市", "西湖区", "文三路 100 号 3 幢 502 室"),
    ("浙江省", "宁波市", "鄞州区", "天童南路 88 号 1 单元 201"),
    ("广东省", "深圳市", "福田区", "福华一路 6 号 12 楼"),
    ("广东省", "广州市", "天河区", "体育东路 20 号 905 房"),
    ("上海市", "上海市", "浦东新区", "张杨路 500 弄 7 号 1102 室"),
    ("四川省", "成都市", "武侯区", "人民南路四段 9 号 2 栋"),
    ("北京市", "北京市", "朝阳区", "建国路 93 号 A 座 1806"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer and the door to which his parcels go; the door may be another one than his first."""

    buyer_id: str
    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str


def person(number: int, *, door: int | None = None) -> Person:
    """Return the n-th buyer; with ``door`` he has moved to somebody else's house."""
    province, city, district, street = _PLACES[(number if door is None else door) % len(_PLACES)]
    return Person(
        buyer_id=f"demo-buyer-{number:03d}",
        name=_NAMES[number % len(_NAMES)],
        phone=f"1380000{number:04d}",
        province=province,
        city=city,
        district=district,
        street=f"{street}-{number}",
    )
