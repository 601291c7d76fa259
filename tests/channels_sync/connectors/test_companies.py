"""A carrier's number at a platform: the shop's own, else the usual one."""

import pytest

from channels_sync.connectors.companies import company_number
from oms.integration.errors import ErrorKind, IntegrationError

USUAL = {"sf": 44, "zto": 115}


@pytest.mark.parametrize(
    ("carrier", "own", "number"),
    [
        ("sf", "", "44"),
        ("sf", None, "44"),
        ("sf", "sf=45", "45"),
        ("jd", " jd = 9 , sf=45", "9"),
        ("zto", "sf=45, ,=", "115"),
    ],
)
def test_own_number_wins(carrier: str, own: object, number: str) -> None:
    assert company_number(carrier, USUAL, own=own) == number


def test_carrier_that_nobody_named_is_a_persons_business() -> None:
    with pytest.raises(IntegrationError) as caught:
        company_number("pigeon", USUAL, own="sf=45")
    assert (caught.value.kind, caught.value.code) == (ErrorKind.FATAL, "local:carrier")
    assert "pigeon" in caught.value.message
