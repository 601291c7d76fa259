"""Write one region in one way: province, city, district, town. Pure.

A suffix falls only where two places cannot differ by it alone: 伊宁市 and 伊宁县 are neighbours,
so a district loses 区 and keeps 市, 县 and 旗. Names as in GB/T 2260.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from oms.privacy.numerals import NUMERALS
from oms.privacy.spacing import tighten

_MUNICIPALITIES: Final = frozenset({"北京", "天津", "上海", "重庆"})
_PROVINCE_SUFFIXES: Final = (
    "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "特别行政区", "省", "市",
)  # fmt: skip
_CHINA: Final = frozenset({"", "cn", "chn", "china", "中国", "中华人民共和国"})
_ADMINISTRATIVE: Final = ("省", "市", "区", "县", "旗", "自治州", "盟", "镇", "乡", "街道")
# After a removed region the street must still read as one: "南山区1号" and "南山区路" do not.
_NO_BEGINNING: Final = frozenset(f"路街道巷弄里村大号栋幢座#-0123456789{NUMERALS}")


class Region(NamedTuple):
    """Normalised names; empty where the address has none."""

    country: str
    province: str
    city: str
    district: str
    town: str

    @property
    def in_china(self) -> bool:
        """Tell whether the address is in China, where the post code adds nothing."""
        return self.country == "cn"


@lru_cache(maxsize=8192)
def normalize_region(country: str, province: str, city: str, district: str, town: str) -> Region:
    """Return the region in its one form; 北京, 北京市 and 北京市市辖区 are one city."""
    land = tighten(country)
    if land not in _CHINA:
        return Region(land, *map(tighten, (province, city, district, town)))
    major = _province(tighten(province) or _municipality(tighten(city)))
    return Region(
        "cn", major, _city(tighten(city), major), _district(tighten(district), tighten(city)),
        _town(tighten(town)),
    )  # fmt: skip


def without_region(street: str, *names: str) -> str:
    """Return a normalised street without the region names it repeats, from province to town.

    A name falls only with its suffix (南山区, never 南山 of 南山大道) and if a street is left over.
    """
    rest = street
    for name in map(tighten, names):
        if name.endswith(_ADMINISTRATIVE):
            rest = rest.removeprefix(name)
    return rest if len(rest) > 1 and rest[0] not in _NO_BEGINNING else street


def _municipality(city: str) -> str:
    return city if city.removesuffix("市") in _MUNICIPALITIES else ""


def _province(name: str) -> str:
    for suffix in _PROVINCE_SUFFIXES:
        if len(name) > len(suffix) + 1 and name.endswith(suffix):
            return name.removesuffix(suffix)
    return name


def _city(name: str, province: str) -> str:
    if province in _MUNICIPALITIES:
        rest = name.removeprefix(province).removeprefix("市")
        return "" if rest in {"", "辖区", "市辖区", "县"} else name
    return name.removesuffix("市") if len(name) > 2 else name


def _district(name: str, city: str) -> str:
    if name == city:
        return ""
    return name.removesuffix("区") if len(name) > 2 and not name.endswith("新区") else name


def _town(name: str) -> str:
    for office in ("街道办事处", "街道办"):
        if name.endswith(office):
            return name.removesuffix(office) + "街道"
    return name
