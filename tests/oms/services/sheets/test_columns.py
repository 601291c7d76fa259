import pytest
from django.utils import translation

from oms.services.sheets.columns import DoubleColumn, MissingColumns, UnknownColumns, find_columns
from oms.services.sheets.kinds import kind_of, kinds

COLUMNS = kind_of("skus").columns


@pytest.mark.parametrize(
    "header",
    [
        ("SKU编码", "商品名称", "重量(克)"),
        ("SKU编码*", " 商品名称 ", "重量（克）"),
        ("SKU code", "NAME", "weight_g"),
        ("货号", "品名", "Weight (g)"),
    ],
)
def test_columns_are_known_by_their_names_in_both_languages(header: tuple[str, ...]) -> None:
    assert find_columns(header, columns=COLUMNS) == {"code": 0, "name": 1, "weight_g": 2}


def test_columns_may_stand_in_any_order() -> None:
    found = find_columns(("启用", "", "SKU编码"), columns=COLUMNS)
    assert found == {"is_active": 0, "code": 2}


def test_columns_of_a_file_of_faults_are_passed_over() -> None:
    assert find_columns(("原行号", "Reason", "sku"), columns=COLUMNS) == {"code": 2}


def test_missing_column_is_named() -> None:
    with pytest.raises(MissingColumns, match="SKU code"):
        find_columns(("商品名称",), columns=COLUMNS)


def test_column_that_is_there_twice_is_named() -> None:
    with pytest.raises(DoubleColumn, match="SKU code.*columns 1 and 3"):
        find_columns(("sku", "品牌", "货号"), columns=COLUMNS)


def test_unknown_column_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownColumns, match=r"colour.*Known are: SKU code, Name"):
        find_columns(("sku", "colour"), columns=COLUMNS)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.key)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_column_is_found_by_its_own_title(kind: object, language: str) -> None:
    columns = kind_of(getattr(kind, "key", "")).columns
    with translation.override(language):
        found = find_columns([column.title for column in columns], columns=columns)
    assert list(found) == [column.key for column in columns]
