import pytest

from oms.privacy.regions import normalize_region, without_region

BEIJING = normalize_region("CN", "北京", "北京市", "朝阳区", "")


@pytest.mark.parametrize(
    ("country", "province", "city", "district"),
    [
        ("CN", "北京市", "北京市", "朝阳区"),
        ("", "北京市", "市辖区", "朝阳区"),
        ("中国", "北京", "北京市市辖区", "朝阳"),
        ("cn", "", "北京市", "朝阳区"),
        ("CHN", "北京", "", "朝阳区"),
        ("CN", " 北京 ", "北京", "朝阳区"),
    ],
)
def test_municipality_is_one_city(country: str, province: str, city: str, district: str) -> None:
    assert normalize_region(country, province, city, district, "") == BEIJING


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("广东", "广东省"),
        ("广西", "广西壮族自治区"),
        ("宁夏", "宁夏回族自治区"),
        ("新疆", "新疆维吾尔自治区"),
        ("内蒙古", "内蒙古自治区"),
        ("香港", "香港特别行政区"),
    ],
)
def test_province_may_be_shortened(short: str, long: str) -> None:
    assert normalize_region("CN", short, "", "", "") == normalize_region("CN", long, "", "", "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("广东省", "深圳市", "南山区", "南山街道办事处"), ("广东", "深圳", "南山", "南山街道")),
        (("广东省", "东莞市", "东莞市", "长安镇"), ("广东省", "东莞市", "", "长安镇")),
        (("重庆市", "县", "垫江县", ""), ("重庆", "重庆市", "垫江县", "")),
    ],
)
def test_one_place_has_one_form(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert normalize_region("CN", *one) == normalize_region("CN", *other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("新疆", "伊犁", "伊宁市", ""), ("新疆", "伊犁", "伊宁县", "")),
        (("新疆", "伊犁", "伊宁市", ""), ("新疆", "伊犁", "伊宁", "")),
        (("山西", "阳泉", "城区", ""), ("山西", "阳泉", "郊区", "")),
        (("上海", "", "浦东新区", ""), ("上海", "", "浦东区", "")),
        (("广东", "深圳", "南山", "桃源街道"), ("广东", "深圳", "南山", "桃源镇")),
        (("北京", "朝阳区", "", ""), ("北京", "", "", "")),
        (("辽宁", "朝阳市", "", ""), ("北京", "", "朝阳区", "")),
    ],
)
def test_neighbours_differ(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert normalize_region("CN", *one) != normalize_region("CN", *other)


def test_names_abroad_keep_their_words() -> None:
    region = normalize_region("US", "New York", "New  York", "", "")
    assert region == ("us", "new york", "new york", "", "")
    assert not region.in_china


@pytest.mark.parametrize(
    "street",
    ["广东省深圳市南山区科技路1号", "深圳市南山区科技路1号", "南山区科技路1号", "科技路1号"],
)
def test_repeated_region_falls(street: str) -> None:
    assert without_region(street, "广东省", "深圳市", "南山区", "") == "科技路1号"


@pytest.mark.parametrize("street", ["南山大道1号", "南山区1号", "南山区路1号", "南山区"])
def test_street_that_only_begins_like_its_region_stays(street: str) -> None:
    assert without_region(street, "广东省", "深圳市", "南山区", "南山") == street
