import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.phone import PhoneNumber, normalize_phone, parse_phone

MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
LINES = st.from_regex(r"(010|02[0-9]|0[3-9][0-9]{2})[2-8][0-9]{7}", fullmatch=True)
EXTENSIONS = st.from_regex(r"[0-9]{1,6}", fullmatch=True)
SEPARATORS = st.text("  -–—()（）.", max_size=3)
WRITTEN_BY_HAND = st.text("0123456789+-() *x#[]转分机ext１８", max_size=24)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("１３８００１３８０００", "13800138000"),
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("(+86)13800138000", "13800138000"),
        ("013800138000", "13800138000"),
        ("18412345678-1234", "18412345678-1234"),
        ("18412345678[1234]", "18412345678-1234"),
        ("18412345678【1234】", "18412345678-1234"),
        ("18412345678（1234）", "18412345678-1234"),
        ("18412345678转1234", "18412345678-1234"),
        ("18412345678 分机 1234", "18412345678-1234"),
        ("18412345678 ext. 1234", "18412345678-1234"),
        ("$18412345678$#1234#", "18412345678-1234"),
        ("021-1234-5678", "02112345678"),
        ("(021) 12345678", "02112345678"),
        ("+86 21 1234 5678", "02112345678"),
        ("+86 10 1234 5678", "01012345678"),
        ("0755-12345678-801", "075512345678-801"),
        ("0755-1234567 转 1", "07551234567-1"),
        ("0755-1234-5678", "075512345678"),
        ("400-800-8820", "4008008820"),
        ("400-800-8820-12", "4008008820-12"),
        ("+44 20 7946 0123", "+442079460123"),
        ("0044 2079460123", "+442079460123"),
        ("12345678", "12345678"),
        ("138****8000", "138****8000"),
        ("184****5678-1234", "184****5678-1234"),
    ],
)
def test_number_has_one_form(written: str, number: str) -> None:
    assert normalize_phone(written) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13800138000", "13800138001"),
        ("18412345678-1234", "18412345678"),
        ("18412345678-1234", "18412345678-01234"),
        ("13800138000", "13800138000/13900139000"),
        ("+1 380 013 8000", "13800138000"),
        ("02112345678", "12345678"),
        ("+44 20 7946 0123 ext 1", "+44 20 7946 0123"),
    ],
)
def test_doubtful_numbers_differ(one: str, other: str) -> None:
    assert normalize_phone(one) != normalize_phone(other)


@given(st.text() | WRITTEN_BY_HAND)
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize_phone(normalize_phone(text)) == normalize_phone(text)


@given(MOBILES, st.data())
def test_separators_and_prefix_of_a_mobile_mean_nothing(mobile: str, data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from(["", "+86", "0086 ", "86-", "(+86)"]))
    first, second = data.draw(SEPARATORS), data.draw(SEPARATORS)
    assert (
        normalize_phone(f"{prefix}{mobile[:3]}{first}{mobile[3:7]}{second}{mobile[7:]}") == mobile
    )


@given(MOBILES | LINES, EXTENSIONS, st.sampled_from(["-{}", "[{}]", "转{}", "#{}", " ext {}"]))
def test_extension_is_kept_however_written(number: str, extension: str, form: str) -> None:
    assert parse_phone(number + form.format(extension)) == PhoneNumber(number, extension)


@given(MOBILES | LINES, MOBILES | LINES)
def test_two_numbers_are_never_one(one: str, other: str) -> None:
    assert (normalize_phone(one) == normalize_phone(other)) == (one == other)
