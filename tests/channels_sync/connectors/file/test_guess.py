"""What a file's columns probably mean."""

from datetime import datetime

import pytest

from channels_sync.connectors.file.guess import guess_columns, guess_date_format
from channels_sync.dto import ImportField, ImportOptions
from oms.tables.cells import Cell, Row
from tests.factories.channels_sync import options_json

F = ImportField
OPTIONS = ImportOptions.from_json(options_json())


def test_columns_of_the_real_file_are_recognized() -> None:
    header = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice"]
    assert guess_columns([*header, "CustomerID", "Country"]) == {
        F.ORDER_NO: "InvoiceNo",
        F.SKU_CODE: "StockCode",
        F.TITLE: "Description",
        F.QUANTITY: "Quantity",
        F.ORDERED_AT: "InvoiceDate",
        F.UNIT_PRICE: "UnitPrice",
        F.BUYER_ID: "CustomerID",
    }


def test_columns_of_a_chinese_export_are_recognized() -> None:
    header = ["订单编号", "商品编码", "商品名称", "数量", "单价", "下单时间", "收货人", "手机号"]
    found = guess_columns(header)
    assert found[F.ORDER_NO] == "订单编号"
    assert found[F.RECEIVER_PHONE] == "手机号"
    assert len(found) == len(header)


def test_one_column_never_means_two_things() -> None:
    found = guess_columns(["Order", "order_no", "Price", "unit price"])
    assert found == {F.ORDER_NO: "order_no", F.UNIT_PRICE: "unit price"}


def test_unknown_columns_mean_nothing() -> None:
    assert guess_columns(["foo", "", "订单"]) == {}


def rows(*cells: Cell) -> list[Row]:
    return [Row(number, {"Placed": cell}) for number, cell in enumerate(cells, start=2)]


@pytest.mark.parametrize(
    ("cells", "date_format"),
    [
        (["2026-11-11 09:00"], ""),
        (["2026/11/11"], ""),
        ([datetime.fromisoformat("2026-11-11")], ""),
        (["01/12/2010 08:26", "13/12/2010 08:26"], "%d/%m/%Y %H:%M"),
        (["12/01/2010 08:26", "12/13/2010 08:26"], "%m/%d/%Y %H:%M"),
        (["11.11.2026"], "%d.%m.%Y"),
        (["2026年11月11日"], "%Y年%m月%d日"),
        (["20261111"], ""),
        (["yesterday"], ""),
        ([None], ""),
        ([], ""),
    ],
)
def test_date_format_is_the_first_that_fits_every_example(
    cells: list[Cell], date_format: str
) -> None:
    assert guess_date_format(rows(*cells), OPTIONS) == date_format
