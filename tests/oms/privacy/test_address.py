from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oms.dto import CipherReceiver, PlainReceiver
from oms.privacy.address import ADDRESS_KEY_LENGTH, address_identity, address_key

from .keys import INDEX_KEYS, NEW, OLD

HOME = PlainReceiver(
    name="张三",
    phone="13800138000",
    province="广东省",
    city="深圳市",
    district="南山区",
    street="科技园路1号3栋201",
)
ABROAD = PlainReceiver(
    name="Ann Lee",
    phone="+1 212 555 0100",
    country="US",
    province="NY",
    city="New York",
    street="123 Fun St., Apt 5",
    postcode="10001",
)
SEALED = CipherReceiver(platform_ref="oaid-1", province="广东省", name_mask="张*")


def key(receiver: PlainReceiver | CipherReceiver) -> str:
    return str(address_key(receiver, INDEX_KEYS))


@pytest.mark.parametrize(
    "other",
    [
        replace(HOME, name=" 张 三 "),
        replace(HOME, phone="+86 138-0013-8000"),
        replace(HOME, province="广东", city="深圳", district="南山"),
        replace(HOME, street="科技园路１號 3栋 201"),
        replace(HOME, street="广东省深圳市南山区科技园路1号3栋201"),
        replace(HOME, country="中国"),
        replace(HOME, postcode="518000"),
    ],
)
def test_same_receiver_written_differently_has_the_same_key(other: PlainReceiver) -> None:
    assert key(other) == key(HOME)


@pytest.mark.parametrize(
    "other",
    [
        replace(HOME, name="李四"),
        replace(HOME, phone="13800138001"),
        replace(HOME, phone="13800138000-1"),
        replace(HOME, province="湖南省"),
        replace(HOME, city="广州市"),
        replace(HOME, district="福田区"),
        replace(HOME, town="粤海街道"),
        replace(HOME, street="科技园路1号3栋202"),
        replace(HOME, street="科技园路1号3栋20 1"),
        replace(HOME, name="", street="张三科技园路1号3栋201"),
        replace(HOME, country="HK"),
    ],
)
def test_another_receiver_has_another_key(other: PlainReceiver) -> None:
    assert key(other) != key(HOME)


def test_street_word_abroad_means_nothing_but_the_unit_does() -> None:
    assert key(replace(ABROAD, street="123 fun street #5")) == key(ABROAD)
    assert key(replace(ABROAD, street="123 Fun St., Apt 6")) != key(ABROAD)


def test_post_code_counts_abroad() -> None:
    assert key(replace(ABROAD, postcode="10002")) != key(ABROAD)


def test_two_numbers_and_a_street_line_never_swap_places() -> None:
    one = replace(HOME, name="1", phone="2")
    assert address_identity(one) != address_identity(replace(HOME, name="2", phone="1"))
    assert address_identity(one) != address_identity(replace(HOME, name="1\x1f2", phone=""))


@given(st.text("0123456789-ab", min_size=1, max_size=6), st.text("0123456789-ab", max_size=6))
def test_another_door_is_another_receiver(one: str, other: str) -> None:
    assume(one.strip("-") != other.strip("-"))
    assert key(replace(HOME, street=f"科技路{one}")) != key(replace(HOME, street=f"科技路{other}"))


def test_equal_platform_references_are_one_receiver() -> None:
    assert key(SEALED) == key(replace(SEALED, province="广东", name_mask="张**"))
    assert key(SEALED) != key(replace(SEALED, platform_ref="oaid-2"))
    assert key(SEALED) != key(replace(SEALED, platform_ref="OAID-1"))


def test_kinds_are_never_equal() -> None:
    sealed = CipherReceiver(platform_ref=address_identity(HOME))
    assert key(HOME).startswith("p1:")
    assert key(sealed).startswith("c1:")
    assert key(HOME)[3:] != key(sealed)[3:]


@pytest.mark.parametrize(
    "receiver",
    [
        CipherReceiver(platform_ref="", name_mask="张*"),
        CipherReceiver(platform_ref="  "),
        replace(HOME, street=""),
        replace(HOME, street=" ,"),
        replace(HOME, name="", phone=""),
        replace(HOME, name="张*"),
        replace(HOME, phone="138****8000"),
        replace(HOME, street="科技园路＊＊＊"),
    ],
)
def test_receiver_that_cannot_be_told_from_others_has_no_key(
    receiver: PlainReceiver | CipherReceiver,
) -> None:
    assert address_key(receiver, INDEX_KEYS) is None


@pytest.mark.parametrize("missing", ["name", "phone"])
def test_name_or_phone_is_enough(missing: str) -> None:
    assert address_key(replace(HOME, **{missing: ""}), INDEX_KEYS) is not None


@pytest.mark.parametrize("receiver", [HOME, SEALED, replace(SEALED, platform_ref="x" * 500)])
def test_key_names_its_version_and_fits_its_column(
    receiver: PlainReceiver | CipherReceiver,
) -> None:
    found = address_key(receiver, {1: OLD, 255: NEW})
    assert found is not None
    assert found.version == 255
    assert len(str(found)) == ADDRESS_KEY_LENGTH
