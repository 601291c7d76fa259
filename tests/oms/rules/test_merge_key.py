from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oms.dto import PaymentTerms
from oms.rules.merge_key import VERSION, MergeFacts, Reason, merge_key, reasons_against

PLAIN = MergeFacts(
    scope="store:1",
    buyer_id=1,
    address_key="p1:a",
    payment_terms=PaymentTerms.PREPAID,
    currency="CNY",
    presale=False,
    promised_carrier="",
    appointed_warehouse_id=None,
    shipped_by_us=True,
)
FACTS = st.builds(
    MergeFacts,
    scope=st.sampled_from(["store:1", "channel:1/x"]),
    buyer_id=st.sampled_from([None, 1, 2]),
    address_key=st.sampled_from(["", "p1:a", "p1:b"]),
    payment_terms=st.sampled_from([terms.value for terms in PaymentTerms]),
    currency=st.sampled_from(["CNY", "USD"]),
    presale=st.booleans(),
    promised_carrier=st.sampled_from(["", "sf"]),
    appointed_warehouse_id=st.sampled_from([None, 1]),
    shipped_by_us=st.booleans(),
    kept_apart=st.booleans(),
    address_names_buyer=st.booleans(),
)


def test_key_names_its_version_and_is_short() -> None:
    key = merge_key(PLAIN)
    assert key.startswith(f"m{VERSION}:")
    assert len(key) <= 80


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"scope": "store:2"}, Reason.SCOPE),
        ({"buyer_id": 2}, Reason.BUYER),
        ({"address_key": "p1:b"}, Reason.ADDRESS),
        ({"payment_terms": PaymentTerms.CREDIT}, Reason.TERMS),
        ({"currency": "USD"}, Reason.CURRENCY),
        ({"presale": True}, Reason.PRESALE),
        ({"promised_carrier": "sf"}, Reason.CARRIER),
        ({"appointed_warehouse_id": 3}, Reason.WAREHOUSE),
    ],
)
def test_one_difference_is_the_one_reason(change: dict[str, Any], reason: Reason) -> None:
    other = replace(PLAIN, **change)
    assert merge_key(other) not in ("", merge_key(PLAIN))
    assert reasons_against(PLAIN, other) == [reason]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"buyer_id": None}, Reason.NO_BUYER),
        ({"address_key": ""}, Reason.NO_ADDRESS),
        ({"payment_terms": PaymentTerms.COD}, Reason.COD),
        ({"shipped_by_us": False}, Reason.SHIPPED_BY_OTHERS),
        ({"kept_apart": True}, Reason.KEPT_APART),
    ],
)
def test_some_orders_are_never_merged_even_with_their_like(
    change: dict[str, Any], reason: Reason
) -> None:
    never = replace(PLAIN, **change)
    assert merge_key(never) == ""
    assert reasons_against(never, never) == [reason]


def test_reference_that_names_the_buyer_needs_no_buyer() -> None:
    one = replace(PLAIN, buyer_id=None, address_key="c1:x", address_names_buyer=True)
    other = replace(one, buyer_id=7)
    assert merge_key(one) == merge_key(other) != ""
    assert reasons_against(one, other) == []


def test_all_reasons_are_told_in_a_stable_order() -> None:
    other = replace(PLAIN, buyer_id=2, currency="USD", kept_apart=True, scope="store:2")
    reasons = [Reason.SCOPE, Reason.BUYER, Reason.CURRENCY, Reason.KEPT_APART]
    assert reasons_against(PLAIN, other) == reasons_against(other, PLAIN) == reasons


@given(one=FACTS, other=FACTS)
def test_keys_are_equal_exactly_when_nothing_speaks_against_it(
    one: MergeFacts, other: MergeFacts
) -> None:
    if one.address_names_buyer != other.address_names_buyer:
        return  # One platform's rule: it holds for both orders or for neither.
    equal = merge_key(one) == merge_key(other) != ""
    assert equal == (reasons_against(one, other) == [])
