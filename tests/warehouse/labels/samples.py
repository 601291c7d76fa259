"""A label full of everything, for people who do not exist, and a look at what was printed."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image
from zxingcpp import BarcodeFormat, BarcodeFormats, read_barcodes

from warehouse.labels.layout import Box
from warehouse.labels.model import Label, Party

PRINTER_DPI = 203
SF_NUMBER = "SF7444496931331"
LABEL = Label(
    carrier="顺丰速运",
    waybill_no=SF_NUMBER,
    sort_code="020W-F0-CK",
    bag_place="广州天河中转",
    mapping_codes=("K35", "A02"),
    product_name="顺丰标快",
    receiver=Party(
        name="张*", phone="138****8000", address="广东省广州市天河区珠江新城测试路30号B座1203室"
    ),
    sender=Party(name="云杉旗舰店", phone="400-800-1234", address="浙江省义乌市稠江街道测试路3号"),
    package_no="PK2611220001",
    order_nos=("SO2611220001", "SO2611220007"),
    goods=("纯棉圆领短袖T恤 白色 L ×2", "运动中筒袜 五双装 ×1"),
    badges=("易碎",),
    cod_amount=Decimal("1234.5"),
    insured_amount=Decimal(3000),
    remark="请放门口鞋柜",
    printed_at="2026-11-22 14:05",
    sequence="W0012-035",
)
LONGEST_ADDRESS = (
    "新疆维吾尔自治区克孜勒苏柯尔克孜自治州阿图什市光明街道帕米尔路西3院新疆生产建设兵团第三师"
    "图木舒克市驻阿图什办事处家属院三期工程南区（原农机公司院内）12号楼4单元1102室"
    "（门口有快递柜，电话打不通请放驿站，谢谢师傅）"
)


def label(**changes: Any) -> Label:
    """Change some of the sample's fields."""
    return replace(LABEL, **changes)


class Page(NamedTuple):
    """A printed page: its size in millimetres, its text without line breaks, where text stands."""

    size_mm: tuple[float, float]
    text: str
    text_boxes: tuple[Box, ...]
    image: Image.Image


def printed(pdf: bytes) -> Iterator[Page]:
    """Print on a machine of 203 dpi that knows black and white, as parcel printers are."""
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            image = page.render(scale=PRINTER_DPI / 72, grayscale=True).to_pil()
            yield Page(
                size_mm=(width / 72 * 25.4, height / 72 * 25.4),
                text="".join(text.get_text_bounded().split()),
                text_boxes=tuple(
                    Box(left, bottom, right - left, top - bottom)
                    for left, bottom, right, top in map(text.get_rect, range(text.count_rects()))
                ),
                image=image.point(lambda shade: 255 * (shade > 127)),
            )


def page_count(pdf: bytes) -> int:
    """Count pages without drawing them."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def bold_and_plain(pdf: bytes) -> tuple[str, str]:
    """Sort the first page's own text by how its letters are painted: outlined as well, or not."""
    raw = pypdfium2.raw
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        texts = {True: "", False: ""}
        kinds = [raw.FPDF_PAGEOBJ_TEXT]
        for drawn in page.get_objects(filter=kinds, max_depth=1, textpage=page.get_textpage()):
            mode = raw.FPDFTextObj_GetTextRenderMode(drawn.raw)
            texts[mode == raw.FPDF_TEXTRENDERMODE_FILL_STROKE] += drawn.extract()
    return texts[True], texts[False]


def scanned(image: Image.Image, kind: BarcodeFormat) -> list[str]:
    """Read all barcodes of a kind, as a handheld would."""
    return [code.text for code in read_barcodes(image, formats=BarcodeFormats(kind))]
