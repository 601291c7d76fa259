from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from zxingcpp import BarcodeFormat

from warehouse.labels.pdf import NothingToPrint
from warehouse.labels.picklist import BadWaveNo, PickList, PickListLine, render_pick_list

from .samples import page_count, printed, scanned
from .test_render import overlap

LINE = PickListLine(
    bin_code="A01-02-3",
    sku="TS-1001-WHITE-XL",
    name="纯棉圆领短袖T恤 白色 XL",
    quantity=3,
    documents=("1格 FO2611220001 ×1", "2格 FO2611220002 ×2"),
)
PICK_LIST = PickList(
    wave_no="W20261122-012",
    lines=(LINE,),
    warehouse="一号仓",
    picker="李师傅",
    printed_at="2026-11-22 14:05",
)
TEXT = st.text(st.characters(), max_size=40) | st.text("长商品名 1A，", max_size=300)
LINES = st.builds(
    PickListLine,
    bin_code=TEXT,
    sku=TEXT,
    name=TEXT,
    quantity=st.integers(-1, 10**9),
    documents=st.lists(TEXT, max_size=5).map(tuple),
)


def lines(count: int) -> tuple[PickListLine, ...]:
    return tuple(replace(LINE, bin_code=f"B{n:04}", quantity=n) for n in range(1, count + 1))


def test_page_is_a4_and_says_what_to_fetch_from_where_for_whom() -> None:
    (page,) = printed(render_pick_list(PICK_LIST))
    assert page.size_mm == pytest.approx((210, 297), abs=0.001)
    expected = [
        *("拣货单", "波次W20261122-012", "仓库一号仓", "拣货员李师傅", "打印2026-11-2214:05"),
        *("共1行3件", "第1/1页", "库位", "数量", "A01-02-3", "TS-1001-WHITE-XL"),
        *("纯棉圆领短袖T恤白色XL", "1格FO2611220001×1", "2格FO2611220002×2"),
    ]
    assert [part for part in expected if part not in page.text] == []
    assert "补打" not in page.text


def test_wave_can_be_scanned_from_every_page() -> None:
    pages = list(printed(render_pick_list(replace(PICK_LIST, lines=lines(70)))))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert scanned(page.image, BarcodeFormat.Code128) == ["W20261122-012"]
        assert f"第{number}/{len(pages)}页" in page.text


def test_lines_keep_the_order_of_the_walk_and_none_is_lost() -> None:
    pages = printed(render_pick_list(replace(PICK_LIST, lines=lines(70))))
    text = "".join(page.text for page in pages)
    places = [text.index(f"B{n:04}") for n in range(1, 71)]
    assert places == sorted(places)
    assert "共70行2485件" in text


def test_line_for_many_documents_is_complete() -> None:
    documents = tuple(f"{n}格 FO26112200{n:02} ×1" for n in range(1, 41))
    (page,) = printed(
        render_pick_list(replace(PICK_LIST, lines=(replace(LINE, documents=documents),)))
    )
    assert all(document.replace(" ", "") in page.text for document in documents)


def test_nothing_overlaps() -> None:
    long = replace(LINE, name="很长的商品名" * 9, sku="SKU" * 20, bin_code="通道十二货架九层四")
    (page,) = printed(render_pick_list(replace(PICK_LIST, lines=(LINE, long, LINE))))
    assert not [pair for pair in combinations(page.text_boxes, 2) if overlap(*pair) > 0.5]


def test_reprint_is_marked() -> None:
    (page,) = printed(render_pick_list(replace(PICK_LIST, reprint=True)))
    assert "补打" in page.text


def test_same_list_is_the_same_bytes() -> None:
    assert render_pick_list(PICK_LIST) == render_pick_list(PICK_LIST)


def test_list_without_lines_is_no_document() -> None:
    with pytest.raises(NothingToPrint):
        render_pick_list(replace(PICK_LIST, lines=()))


def test_wave_number_that_makes_no_barcode_is_refused() -> None:
    with pytest.raises(BadWaveNo, match="波次号“波次一”不能印成条码"):
        replace(PICK_LIST, wave_no="波次一")


@settings(max_examples=40)
@given(st.lists(LINES, min_size=1, max_size=6).map(tuple), TEXT)
def test_any_text_makes_a_list_of_no_more_pages_than_lines(
    lines: tuple[PickListLine, ...], text: str
) -> None:
    pick_list = PickList(wave_no="W1", lines=lines, warehouse=text, picker=text, printed_at=text)
    assert 1 <= page_count(render_pick_list(pick_list)) <= len(lines)
