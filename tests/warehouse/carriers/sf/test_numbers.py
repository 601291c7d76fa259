import pytest

from warehouse.carriers.sf.numbers import is_waybill_no


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("SF7444496931331", True),
        ("444003077898", True),
        ("sf7444496931331", False),
        ("SF7444496931331\n", False),
        ("SF744449693133١", False),
        ("", False),
    ],
)
def test_form_of_a_number(text: str, valid: bool) -> None:
    assert is_waybill_no(text) is valid
