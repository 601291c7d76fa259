from decimal import Decimal
from typing import Any

import pytest

from oms.refusals import Refusal
from warehouse.labels.model import (
    BadAmount,
    BadPageNo,
    BadQrPayload,
    BadWaybillNo,
    Label,
    Party,
    is_scannable,
)

from .samples import label


@pytest.mark.parametrize(
    "number",
    ["SF7444496931331", "444012345672", "73100196611386", "YT2819014489339", "9" * 36, "7"],
)
def test_numbers_of_carriers_are_scannable(number: str) -> None:
    assert is_scannable(number)


@pytest.mark.parametrize(
    "number", ["", " ", "SF1 ", "顺丰1", "９９", "SF" + "1" * 19, "9" * 37, "A\nB"]
)
def test_number_that_makes_no_barcode_makes_no_label(number: str) -> None:
    with pytest.raises(BadWaybillNo, match="不能印成条码") as refused:
        Label(carrier="顺丰速运", waybill_no=number)
    assert isinstance(refused.value, Refusal)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"qr_payload": "x" * 151}, BadQrPayload),
        ({"qr_payload": "二" * 51}, BadQrPayload),
        ({"qr_payload": "\ud800"}, BadQrPayload),
        ({"page_no": 0}, BadPageNo),
        ({"page_no": 3, "page_count": 2}, BadPageNo),
        ({"cod_amount": Decimal("-0.01")}, BadAmount),
        ({"cod_amount": Decimal("NaN")}, BadAmount),
        ({"insured_amount": Decimal("1e9")}, BadAmount),
    ],
)
def test_what_cannot_be_printed_is_refused_in_chinese(
    changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal) as refused:
        label(**changes)
    assert any("一" <= letter <= "鿿" for letter in str(refused.value))


def test_a_person_does_not_appear_in_the_representation() -> None:
    private = label(receiver=Party(name="王五", phone="13900000000", address="秘密路1号"))
    assert not {"王五", "13900000000", "秘密路1号"} & set(repr(private).split("'"))
