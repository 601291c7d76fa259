from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import pytest
from zxingcpp import BarcodeFormat

from warehouse.labels.layout import Box
from warehouse.labels.model import Label, LabelSize, Party
from warehouse.labels.pdf import NothingToPrint
from warehouse.labels.render import render_labels

from .samples import (
    LABEL,
    LONGEST_ADDRESS,
    Page,
    bold_and_plain,
    label,
    page_count,
    printed,
    scanned,
)

ALL_SIZES = pytest.mark.parametrize("size", LabelSize)
SF_QR = (
    "MMM={'k1':'755W','k2':'755CK','k3':'','k4':'T801','k5':'SF7444496931331','k6':'','k7':'fe62'}"
)
CROWDED = label(
    receiver=Party(name="买买提·阿卜杜热合曼江", phone="13800138000-1234", address=LONGEST_ADDRESS),
    sender=Party(name="云杉家居旗舰店", phone="400-800-1234", address=LONGEST_ADDRESS),
    sort_code="021W-XQ-068-沪西转运中心",
    mapping_codes=("K35", "A02", "X1", "B", "C"),
    bag_place="克孜勒苏柯尔克孜自治州阿图什集散中心",
    product_name="陆运包裹标准达",
    goods=tuple(f"商品名称很长的测试商品第{n}款 藏青色 XXL ×{n}" for n in range(1, 60)),
    badges=("易碎", "生鲜", "勿压", "向上"),
    freight_collect=True,
    order_nos=tuple(f"SO26112200{n:02}" for n in range(30)),
    remark="请放门口鞋柜，" * 12,
    reprint=True,
    page_no=2,
    page_count=13,
    mother_no="SF7444496931000",
)


def one_page(label: Label, size: LabelSize = LabelSize.MM_76X130) -> Page:
    (page,) = printed(render_labels([label], size=size))
    return page


def smallest_text(page: Page) -> float:
    return min(box.height for box in page.text_boxes)


def overlap(one: Box, other: Box) -> float:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.top, other.top) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)


@ALL_SIZES
def test_page_is_exactly_as_large_as_the_paper(size: LabelSize) -> None:
    assert one_page(LABEL, size).size_mm == pytest.approx(size.value, abs=0.001)


@ALL_SIZES
def test_everything_on_the_label_can_be_read(size: LabelSize) -> None:
    text = one_page(LABEL, size).text
    expected = [
        *("顺丰速运", "顺丰标快", "020W-F0-CK", "集包地广州天河中转", "K35", "A02"),
        *(LABEL.waybill_no, "张*", "138****8000", LABEL.receiver.address, "云杉旗舰店"),
        *(LABEL.sender.address, "代收货款¥1,234.50", "保价¥3,000.00", "易碎", "运动中筒袜五双装×1"),
        *("备注请放门口鞋柜", "SO2611220001、SO2611220007", "PK2611220001", "W0012-035"),
        *("2026-11-2214:05", "已验视"),
    ]
    assert [part for part in expected if part not in text] == []


@ALL_SIZES
@pytest.mark.parametrize(
    "number",
    [
        *("SF7444496931331", "444012345672", "73100196611386", "YT2819014489339"),
        *("JDVA12345678901-1-1-", "ABCDEFGHIJKLMNOPQRST", "9" * 36),
    ],
)
def test_bars_and_qr_read_back_as_the_number(size: LabelSize, number: str) -> None:
    image = one_page(label(waybill_no=number), size).image
    assert set(scanned(image, BarcodeFormat.Code128)) == {number}
    assert scanned(image, BarcodeFormat.QRCode) == [number]


@ALL_SIZES
def test_usual_numbers_stand_on_every_part_and_along_the_side(size: LabelSize) -> None:
    codes = scanned(one_page(LABEL, size).image, BarcodeFormat.Code128)
    assert len(codes) == (3 if size is LabelSize.MM_100X180 else 2)


@ALL_SIZES
@pytest.mark.parametrize("payload", [SF_QR, "x" * 150, "二维码" * 16])
def test_payload_of_the_carrier_is_printed_as_it_is(size: LabelSize, payload: str) -> None:
    image = one_page(label(qr_payload=payload), size).image
    assert scanned(image, BarcodeFormat.QRCode) == [payload]


@ALL_SIZES
def test_longest_address_is_complete_and_large_enough_to_read(size: LabelSize) -> None:
    page = one_page(label(receiver=Party(name="张*", phone="1", address=LONGEST_ADDRESS)), size)
    assert LONGEST_ADDRESS in page.text
    assert "…" not in page.text
    assert smallest_text(page) >= 5  # the box of six points of text


@ALL_SIZES
def test_address_of_two_hundred_characters_is_complete(size: LabelSize) -> None:
    address = "".join(f"第{n}条很长的街道" for n in range(10, 32)) + "1号"
    assert len(address) == 200
    assert address in one_page(label(receiver=Party(address=address)), size).text


@ALL_SIZES
@pytest.mark.parametrize("sample", [LABEL, CROWDED], ids=["usual", "crowded"])
def test_nothing_overlaps_and_nothing_leaves_the_paper(size: LabelSize, sample: Label) -> None:
    page = one_page(sample, size)
    width, height = (side / 25.4 * 72 for side in page.size_mm)
    assert not [box for box in page.text_boxes if box.x < 0 or box.right > width]
    assert not [box for box in page.text_boxes if box.y < 0 or box.top > height]
    pairs = combinations(page.text_boxes, 2)
    assert not [pair for pair in pairs if overlap(*pair) > 0.5]


@ALL_SIZES
def test_crowded_label_can_still_be_scanned(size: LabelSize) -> None:
    image = one_page(CROWDED, size).image
    assert set(scanned(image, BarcodeFormat.Code128)) == {CROWDED.waybill_no}
    assert scanned(image, BarcodeFormat.QRCode) == [CROWDED.waybill_no]


@ALL_SIZES
def test_goods_without_room_are_counted(size: LabelSize) -> None:
    text = one_page(CROWDED, size).text
    left_out = int(text.split("另有")[1].split("行")[0])
    shown = sum(f"第{n}款" in text for n in range(1, 60))
    assert shown + left_out == 59
    assert shown > 2


def test_part_of_a_shipment_names_its_place_and_its_mother() -> None:
    text = one_page(label(page_no=2, page_count=3, mother_no="SF7444496931000")).text
    assert "2/3母单SF7444496931000" in text


def test_only_headings_are_bold() -> None:
    bold, plain = bold_and_plain(render_labels([LABEL], size=LabelSize.MM_76X130))
    assert "020W-F0-CK" in bold
    assert "PK2611220001" in plain


def test_reprint_is_marked() -> None:
    assert "补打" in one_page(label(reprint=True)).text
    assert "补打" not in one_page(LABEL).text


def test_freight_to_be_collected_is_marked() -> None:
    assert "到付" in one_page(label(freight_collect=True)).text


def test_many_orders_are_counted() -> None:
    text = one_page(label(order_nos=tuple(f"SO{n}" for n in range(1, 9)))).text
    assert "订单SO1、SO2、SO3等8单" in text


def test_rare_name_is_printed_and_a_missing_character_is_named() -> None:
    text = one_page(label(receiver=Party(name="𠮷𬴊🌸"))).text
    assert "〓𬴊〓" in text
    assert "缺字U+20BB7U+1F338" in text


@ALL_SIZES
def test_label_with_nothing_but_a_number_is_printed(size: LabelSize) -> None:
    page = one_page(Label(carrier="", waybill_no=LABEL.waybill_no), size)
    assert set(scanned(page.image, BarcodeFormat.Code128)) == {LABEL.waybill_no}


def test_pages_stand_in_the_order_given() -> None:
    numbers = [f"SF7444{n:09}" for n in (7, 3, 9, 1)]
    pdf = render_labels([label(waybill_no=n) for n in numbers], size=LabelSize.MM_100X150)
    assert [n for page in printed(pdf) for n in numbers if n in page.text] == numbers


def test_what_labels_share_stands_on_each_of_them() -> None:
    other = label(waybill_no="73100196611386", receiver=Party(name="李*", address="二号路2号"))
    first, second = printed(render_labels([LABEL, other], size=LabelSize.MM_76X130))
    for shared in (LABEL.sender.address, "云杉旗舰店", "020W-F0-CK", "运动中筒袜五双装×1"):
        assert shared in first.text
        assert shared in second.text
    assert "二号路2号" in second.text
    assert LABEL.receiver.address not in second.text


def test_whole_wave_is_one_document() -> None:
    labels = [label(waybill_no=f"SF7444{n:09}") for n in range(300)]
    pdf = render_labels(labels, size=LabelSize.MM_100X150)
    assert page_count(pdf) == 300
    assert len(pdf) < 300 * 3000


def test_same_labels_are_the_same_bytes() -> None:
    batch = [LABEL, CROWDED]
    first = render_labels(batch, size=LabelSize.MM_76X130)
    assert render_labels(batch, size=LabelSize.MM_76X130) == first
    with ThreadPoolExecutor(4) as threads:
        jobs = [threads.submit(render_labels, batch, size=LabelSize.MM_76X130) for _ in range(4)]
    assert {job.result() for job in jobs} == {first}


def test_print_dialogue_is_told_not_to_scale() -> None:
    assert b"/PrintScaling /None" in render_labels([LABEL], size=LabelSize.MM_76X130)


def test_no_labels_are_no_document() -> None:
    with pytest.raises(NothingToPrint, match="没有要打印的内容"):
        render_labels([], size=LabelSize.MM_76X130)
