import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.carriers.sf.signing import SignMode, java_url_encode, sign

KEPT_BY_JAVA = string.ascii_letters + string.digits + ".-*_"


def by_the_letter(text: str) -> str:
    """Encode as the documentation of java.net.URLEncoder says, one character at a time."""
    return "".join(
        letter
        if letter in KEPT_BY_JAVA
        else "+"
        if letter == " "
        else "".join(f"%{byte:02X}" for byte in letter.encode())
        for letter in text
    )


@given(st.text())
def test_encoding_is_javas(text: str) -> None:
    assert java_url_encode(text) == by_the_letter(text)


@pytest.mark.parametrize("mode", SignMode)
def test_every_part_is_signed(mode: SignMode) -> None:
    digests = {
        sign("{}", "1", "x", mode=mode),
        sign("{ }", "1", "x", mode=mode),
        sign("{}", "2", "x", mode=mode),
        sign("{}", "1", "y", mode=mode),
    }
    assert len(digests) == 4


def test_modes_differ() -> None:
    assert len({sign("{}", "1", "x", mode=mode) for mode in SignMode}) == len(SignMode)
