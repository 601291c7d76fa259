"""The status page: done, now, next, with dates; the buyer says under which number it comes."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aftersales.flows import CaseStatus
from aftersales.models import AfterSalesCase
from aftersales.portal.steps import Standing, steps
from aftersales.services.links import make_status_link
from oms.models import ExpectedReturn
from tests.aftersales import acts
from tests.aftersales.portal.buyer import text_of
from tests.factories.aftersales import open_case, refund_only_case, shipped_order

pytestmark = pytest.mark.django_db

DONE, NOW_, NEXT, BAD = Standing.DONE, Standing.NOW, Standing.NEXT, Standing.BAD


def url(case: AfterSalesCase, name: str = "status") -> str:
    made = make_status_link(case, now=case.opened_at)
    return reverse(f"aftersales:{name}", kwargs={"token": made.token})


def standings(case: AfterSalesCase) -> list[Standing]:
    case = acts.fresh(case)
    parcel = ExpectedReturn.objects.filter(case_no=case.case_no).first()
    return [step.standing for step in steps(case, parcel=parcel)]


def test_return_is_followed_step_by_step() -> None:
    case = open_case()
    assert standings(case) == [DONE, NOW_, NEXT, NEXT, NEXT]
    acts.approve(case)
    assert standings(case) == [DONE, DONE, NOW_, NEXT, NEXT]
    acts.receive(case)
    assert standings(case) == [DONE, DONE, DONE, DONE, NOW_]
    acts.confirm_refund(case)
    assert standings(case) == [DONE] * 5


def test_refund_without_return_has_no_parcel() -> None:
    case = refund_only_case()
    assert standings(case) == [DONE, NOW_, NEXT]
    acts.approve(case)
    assert standings(case) == [DONE, DONE, NOW_]


def test_part_of_the_goods_is_told() -> None:
    case = acts.approve(open_case(shipped_order(lines__quantity=2)))
    expected = acts.expected_of(case)
    acts.dock_receives(expected, units={expected.lines.get().pk: 1})
    acts.deliver()
    assert standings(case) == [DONE, DONE, DONE, NOW_, NEXT]


def test_rejection_tells_the_buyer_why(client: Client) -> None:
    case = open_case()
    acts.reject(case, comment="worn outside")
    assert standings(case) == [DONE, BAD]
    assert "worn outside" in text_of(client.get(url(case)))


def test_withdrawn_case_says_so(client: Client) -> None:
    case = open_case()
    acts.withdraw(case)
    assert standings(case) == [DONE, BAD]
    assert client.get(url(case)).status_code == 200


def test_address_is_shown_once_the_shop_agrees(client: Client) -> None:
    case = open_case()
    assert case.warehouse is not None
    address = case.warehouse.address
    assert address not in text_of(client.get(url(case)))
    acts.approve(case)
    page = text_of(client.get(url(case)))
    assert address in page
    assert case.warehouse.contact_phone in page


def test_case_number_is_shown_as_a_code_too(client: Client) -> None:
    case = open_case()
    page = text_of(client.get(url(case)))
    assert case.case_no in page
    assert "<svg" in page


def send(client: Client, case: AfterSalesCase, **told: str) -> Any:
    data = {"carrier": "zto", "waybill_no": "zt1234567890", **told}
    return client.post(url(case, "send_back"), data)


def test_buyer_tells_under_which_number_it_comes(client: Client) -> None:
    case = acts.approve(open_case())
    assert send(client, case).status_code == 302
    expected = acts.expected_of(case)
    assert (expected.return_carrier, expected.return_waybill_no) == ("zto", "ZT1234567890")
    assert standings(case) == [DONE, DONE, DONE, NOW_, NEXT]
    assert send(client, case, waybill_no="ZT0987654321").status_code == 302
    assert acts.expected_of(case).return_waybill_no == "ZT0987654321"


@pytest.mark.parametrize(
    "told",
    [
        {"waybill_no": ""},
        {"waybill_no": "12345"},
        {"waybill_no": "9" * 41},
        {"waybill_no": "a b c d e f"},
        {"waybill_no": "<script>"},
        {"carrier": "pigeon"},
        {"carrier": ""},
    ],
)
def test_number_that_cannot_be_is_refused(client: Client, told: dict[str, str]) -> None:
    case = acts.approve(open_case())
    assert send(client, case, **told).status_code == 422
    assert acts.expected_of(case).return_waybill_no == ""


def test_number_before_the_shop_agreed_is_refused(client: Client) -> None:
    case = open_case()
    assert send(client, case).status_code == 422
    assert not ExpectedReturn.objects.exists()


def test_buyer_takes_the_request_back(client: Client) -> None:
    case = open_case()
    assert client.post(url(case, "withdraw")).status_code == 302
    assert acts.fresh(case).status == CaseStatus.WITHDRAWN
    assert client.post(url(case, "withdraw")).status_code == 422


def test_refund_under_way_is_not_offered_to_be_taken_back(client: Client) -> None:
    case = acts.approve(refund_only_case())
    assert "withdraw" not in text_of(client.get(url(case)))
    assert client.post(url(case, "withdraw")).status_code == 422
    assert acts.fresh(case).status == CaseStatus.OPEN


def test_amount_is_shown_in_its_currency(client: Client, now: datetime) -> None:
    case = open_case(shipped_order(lines__unit_price=Decimal("1234.50")))
    assert "¥1,234.50" in text_of(client.get(url(case)))


@pytest.mark.parametrize("name", ["status", "send_back", "withdraw"])
def test_token_of_nobody_leads_nowhere(client: Client, name: str) -> None:
    acts.approve(open_case())
    address = reverse(f"aftersales:{name}", kwargs={"token": "A" * 22})
    ask = client.get if name == "status" else client.post
    assert ask(address).status_code == 404
