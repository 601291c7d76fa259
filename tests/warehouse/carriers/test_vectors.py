"""Every vector is either proved or named here as not yet spoken; none is passed over."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from warehouse.carriers.sf import numbers
from warehouse.carriers.sf.signing import SignMode, java_url_encode, sign

from .samples import vectors

NOT_YET_SPOKEN = frozenset(
    {"zto_x_datadigest", "yto_sign", "kuaidi100_sign", "cainiao_link_data_digest"}
)
ANOTHER_SUBJECT = frozenset({"_about", "code128", "tariff"})
"""Labels and freight have their own tests."""
_MODES = {
    "msgDigest_standard_md5": SignMode.STANDARD,
    "msgDigest_simple_md5": SignMode.SIMPLE,
    "msgDigest_sm3": SignMode.SM3,
}
_CONTEXT = frozenset(
    {"id", "msgData", "timestamp", "checkword", "string_to_encode", "urlencoded", "agree"}
)

Case = tuple[str, Callable[[], object], object]


def sf_digests(group: dict[str, Any]) -> list[Case]:
    cases: list[Case] = []
    for entry in group["vectors"]:
        signed = (entry["msgData"], entry["timestamp"], entry["checkword"])
        cases.append((entry["id"], partial(java_url_encode, "".join(signed)), entry["urlencoded"]))
        for name in sorted(set(entry) - _CONTEXT):
            proof = partial(sign, *signed, mode=_MODES[name])
            cases.append((f"{entry['id']}-{name}", proof, entry[name]))
    return cases


def sf_check_digits(group: dict[str, Any]) -> list[Case]:
    old: list[Case] = [
        (entry["number"], partial(twelve_digits, entry["number"]), (entry["check"], entry["valid"]))
        for entry in group["twelve_digit"]["vectors"]
    ]
    new: list[Case] = [
        (entry["number"], partial(fifteen_characters, entry["number"]), entry["computed"])
        for entry in group["fifteen_char"]["vectors"]
    ]
    return [*old, *new]


def sf_formats(group: dict[str, Any]) -> list[Case]:
    samples = [(number, True) for number in group["positive"]["sf"]]
    samples += [(number, False) for number in group["negative"]["sf"]]
    cases: list[Case] = [
        (number, partial(numbers.is_waybill_no, number), valid) for number, valid in samples
    ]
    anchored = "|".join(f"^{form}$" for form in numbers.WAYBILL_NO.pattern.split("|"))
    return [*cases, ("sf-regex", lambda: anchored, group["regex"]["sf"])]


def twelve_digits(number: str) -> tuple[int, bool]:
    """Compute the check digit and say whether the number carries it."""
    digit = numbers.check_digit(number)
    return digit, digit == int(number[-1])


def fifteen_characters(number: str) -> int:
    """Compute the last digit of a number that starts with SF7444."""
    return (numbers.check_digit(number[-12:]) + 6) % 10


PROOFS: dict[str, Callable[[dict[str, Any]], list[Case]]] = {
    "sf_msgDigest": sf_digests,
    "sf_check_digit": sf_check_digits,
    "zto_yto_check_digit": sf_formats,
}


def cases(file: str) -> list[Any]:
    return [
        pytest.param(prove, expected, id=f"{group}-{name}")
        for group, content in vectors(file).items()
        if group in PROOFS
        for name, prove, expected in PROOFS[group](content)
    ]


@pytest.mark.parametrize("file", ["carriers", "sf_special"])
def test_every_group_is_proved_or_named(file: str) -> None:
    assert set(vectors(file)) <= {*PROOFS, *NOT_YET_SPOKEN, *ANOTHER_SUBJECT}


@pytest.mark.parametrize(("prove", "expected"), [*cases("carriers"), *cases("sf_special")])
def test_vector(prove: Callable[[], object], expected: object) -> None:
    assert prove() == expected


def test_all_three_modes_are_proved_on_every_message() -> None:
    entries = vectors("carriers")["sf_msgDigest"]["vectors"]
    assert entries
    assert all(set(_MODES) <= set(entry) for entry in entries)
