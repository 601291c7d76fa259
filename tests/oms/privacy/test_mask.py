import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.dto import CipherReceiver, PlainReceiver
from oms.privacy.mask import (
    MaskedReceiver,
    mask_address,
    mask_any,
    mask_email,
    mask_name,
    mask_phone,
    mask_receiver,
    mask_tail,
)

MASKS: list[Callable[[str], str]] = [
    mask_name,
    mask_phone,
    mask_address,
    mask_email,
    mask_tail,
    mask_any,
]
every_mask = pytest.mark.parametrize("mask", MASKS)
NEAR_MASKS = st.text("0138*+-@ab.张路街号 転转#", max_size=20)
PHONES = st.from_regex(r"(\+86 ?)?1[3-9][0-9]{9}(-[0-9]{1,4})?|0[1-9][0-9]{9,10}", fullmatch=True)


@every_mask
@given(text=st.text() | NEAR_MASKS)
def test_masking_twice_changes_nothing(mask: Callable[[str], str], text: str) -> None:
    assert mask(mask(text)) == mask(text)


@every_mask
@given(phone=PHONES)
def test_no_mask_shows_a_phone(mask: Callable[[str], str], phone: str) -> None:
    shown = re.sub("[^0-9]", "", mask(phone))
    assert len(shown) <= 7
    assert phone not in mask(phone)


@given(st.text(min_size=1).filter(str.strip))
def test_name_shows_its_first_character_at_most(name: str) -> None:
    assert mask_name(name) in {f"{name.strip()[0]}*", "*"}


@given(st.text())
def test_change_record_shows_nothing(text: str) -> None:
    assert set(mask_any(text)) <= {"*"}


@given(st.text(min_size=1).filter(lambda text: "***" not in text))
def test_tail_shows_a_third_at_most(text: str) -> None:
    shown = mask_tail(text).removeprefix("***").strip()
    assert len(shown) <= min(4, len(text) // 3)


@given(st.text("0123456789科技路街栋号A ", max_size=30))
def test_address_shows_no_number(address: str) -> None:
    assert not re.search(r"\d", mask_address(address))


@pytest.mark.parametrize(
    ("name", "mask"), [("张三", "张*"), ("欧阳娜娜", "欧*"), ("张", "*"), ("", ""), ("*三", "*")]
)
def test_name(name: str, mask: str) -> None:
    assert mask_name(name) == mask


@pytest.mark.parametrize(
    ("phone", "mask"),
    [
        ("13800138000", "138****8000"),
        ("+86 138-0013-8000", "138****8000"),
        ("18412345678-1234", "184****5678"),
        ("021-12345678", "021****5678"),
        ("+44 20 7946 0123", "+44****0123"),
        ("66668888", "****88"),
        ("110", "****"),
        ("13800138000/13900139000", "138****9000"),
        ("1380013*8000", "138****8000"),
        ("138****8000", "138****8000"),
        ("184****5678-1234", "184****5678"),
        ("call me", "****"),
        ("", ""),
    ],
)
def test_phone(phone: str, mask: str) -> None:
    assert mask_phone(phone) == mask


@pytest.mark.parametrize(
    ("address", "mask"),
    [
        ("广东省深圳市南山区科技园路1号3栋201", "广东省深圳市南山区科技园路***"),
        ("粤海街道科技园3栋", "粤海街道***"),
        ("Fun Street 12", "Fun Street***"),
        ("123 Fun St., Apt 5", "***"),
        ("阳光小区3栋", "***"),
        ("科技园路***", "科技园路***"),
        ("", ""),
    ],
)
def test_address(address: str, mask: str) -> None:
    assert mask_address(address) == mask


@pytest.mark.parametrize(
    ("email", "mask"),
    [
        ("ann@example.com", "a***@example.com"),
        ("a@example.com", "***@example.com"),
        ("a***@example.com", "a***@example.com"),
        ("no address", "***ess"),
        ("", ""),
    ],
)
def test_email(email: str, mask: str) -> None:
    assert mask_email(email) == mask


@pytest.mark.parametrize(
    ("text", "mask"),
    [("", ""), ("张", "***"), ("1234567", "***"), ("12345678", "******"), ("x" * 32, "*********")],
)
def test_change_record_tells_how_much_was_written(text: str, mask: str) -> None:
    assert mask_any(text) == mask


def test_receiver_in_a_list_shows_region_and_masks() -> None:
    receiver = PlainReceiver(
        name="张三", phone="13800138000", province="广东省", city="深圳市", street="科技园路1号"
    )
    assert mask_receiver(receiver) == MaskedReceiver(
        "张*", "138****8000", "广东省深圳市科技园路***"
    )


def test_mask_of_a_platform_is_not_trusted() -> None:
    receiver = CipherReceiver(
        platform_ref="oaid-1",
        name_mask="张三*",
        phone_mask="1380013*000",
        street_mask="科技园路1号***",
        province="广东省",
    )
    assert mask_receiver(receiver) == MaskedReceiver("张*", "138****000", "广东省科技园路***")
