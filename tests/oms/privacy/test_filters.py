import base64
import logging
import random
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.privacy.filters import MaskPersonalData, redact

PHONE = "13800138000"
SECRET = base64.b64encode(bytes(range(7, 250, 5))).decode()


@pytest.fixture
def written() -> Iterator[StringIO]:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(MaskPersonalData())
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    yield stream
    log.removeHandler(handler)


log = logging.getLogger("tests.privacy")
log.propagate = False


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (f"call {PHONE} now", "call 138****8000 now"),
        (f"手机{PHONE}，", "手机138****8000，"),
        ("+86 138 0013 8000", "138****8000"),
        ("138-0013-8000", "138****8000"),
        ("8613800138000", "138****8000"),
        ("１３８００１３８０００", "138****8000"),
        (f"{PHONE}-1234", "138****8000"),
        (f'{{"phone":"{PHONE}"}}', '{"phone":"138****8000"}'),
        (f"?tel={PHONE}&x=1", "?tel=138****8000&x=1"),
        ("to ann@example.com.", "to a***@example.com."),
        (f"name={SECRET};", f"name=[ciphertext {len(SECRET)}];"),
    ],
)
def test_personal_data_is_masked(text: str, masked: str) -> None:
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "order 240101-123456789012345",
        "tid 2213800138000123456",
        "waybill SF1388001380001 YT2819014489339 78123456789012 JD0138001380001",
        "at 2026-11-22 13:45:00 in 1763806981234 ms",
        "550e8400-e29b-41d4-a716-446655440000",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "lib/python3.11/site-packages/django/core/handlers/exception.py",
        "Projects/MyProjects2/OpenOms/Services/MergeScanHandler",
        "test_two_orders_of_one_buyer_become_one_parcel_2",
        "021-12345678",
        "",
    ],
)
def test_numbers_of_the_trade_stay_readable(text: str) -> None:
    assert redact(text) == text


@given(st.text("0123456789", min_size=15, max_size=30), st.sampled_from(["", "SF", "PO-"]))
def test_long_numbers_stay_readable(digits: str, prefix: str) -> None:
    assert redact(f"no. {prefix}{digits}.") == f"no. {prefix}{digits}."


@given(
    st.from_regex("1[3-9][0-9]{9}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Nd"]), max_size=10),
    st.text(st.characters(exclude_categories=["Nd"]), max_size=10),
)
def test_mobile_number_never_survives(phone: str, before: str, after: str) -> None:
    assert phone not in redact(before + phone + after)


def test_ciphertext_hardly_ever_survives() -> None:
    source = random.Random(7)
    tokens = [base64.b64encode(source.randbytes(33)).decode() for _ in range(1000)]
    assert sum(redact(token) == token for token in tokens) < 10


@given(st.text() | st.text("0138 -+@ab.AB09/=", max_size=60))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


def test_phone_in_an_argument_is_masked(written: StringIO) -> None:
    log.warning("buyer %s called about %d orders", PHONE, 2)
    assert written.getvalue() == "buyer 138****8000 called about 2 orders\n"


def test_phone_split_over_message_and_argument_is_masked(written: StringIO) -> None:
    log.warning("buyer 138%s", "00138000")
    assert written.getvalue() == "buyer 138****8000\n"


def test_phone_inside_an_object_is_masked(written: StringIO) -> None:
    log.warning("buyer %r", {"phone": PHONE})
    assert PHONE not in written.getvalue()


def test_record_without_personal_data_keeps_its_arguments() -> None:
    record = logging.makeLogRecord({"msg": "%d orders of %s", "args": (2, "T-1")})
    assert MaskPersonalData().filter(record)
    assert (record.msg, record.args) == ("%d orders of %s", (2, "T-1"))


def test_argument_that_the_message_does_not_use_is_masked_too() -> None:
    record = logging.makeLogRecord({"msg": "%(no)s", "args": {"no": "T-1", "phone": PHONE}})
    MaskPersonalData().filter(record)
    assert record.getMessage() == "T-1"
    assert PHONE not in str(vars(record))


def test_extra_text_is_masked() -> None:
    record = logging.makeLogRecord({"msg": "x", "buyer": PHONE, "store": "T-1"})
    MaskPersonalData().filter(record)
    assert (vars(record)["buyer"], vars(record)["store"]) == ("138****8000", "T-1")


def test_message_that_cannot_be_formatted_is_masked(written: StringIO) -> None:
    log.warning("buyer %d", PHONE)
    assert PHONE not in written.getvalue()
    assert "138****8000" in written.getvalue()


def test_traceback_is_masked(written: StringIO) -> None:
    try:
        raise ValueError(f"Key (phone)=({PHONE}) exists")
    except ValueError:
        log.exception("failed", stack_info=True)
    assert PHONE not in written.getvalue()
    assert "ValueError: Key (phone)=(138****8000) exists" in written.getvalue()


def test_traceback_of_an_earlier_handler_is_masked() -> None:
    try:
        raise ValueError(PHONE)
    except ValueError:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": sys.exc_info()})
    record.exc_text = f"ValueError: {PHONE}"
    MaskPersonalData().filter(record)
    assert record.exc_text == "ValueError: 138****8000"
