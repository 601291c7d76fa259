"""What is sent instead, and money instead of goods: asked first, by who may, and then shown."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from aftersales.models import AfterSalesCase, Kind, Reason
from aftersales.portal.steps import Standing, steps
from tests.aftersales import acts
from tests.aftersales.admin.test_cases import Who, dock, finance, foreign, page
from tests.aftersales.portal.buyer import text_of
from tests.aftersales.services.test_exchanges import exchange_case, received, ship, stock
from tests.factories.aftersales import open_case, service_person, supervisor
from tests.factories.oms import SkuFactory

pytestmark = pytest.mark.django_db

DONE, NOW_, NEXT = Standing.DONE, Standing.NOW, Standing.NEXT


def test_goods_are_chosen_by_their_code(client: Client) -> None:
    case, larger = exchange_case(), SkuFactory.create()
    line = case.lines.get()
    client.force_login(service_person(case))
    assert client.get(page(case, "instead")).status_code == 200
    client.post(page(case, "instead"), {f"line_{line.pk}": larger.code})
    assert case.lines.get().wanted_sku is None
    sent = {f"line_{line.pk}": larger.code, "confirmed": "yes"}
    client.post(page(case, "instead"), sent)
    assert case.lines.get().wanted_sku == larger
    assert larger.code in text_of(client.get(page(case)))


def test_unknown_code_is_told_and_nothing_changes(client: Client) -> None:
    case = exchange_case()
    client.force_login(service_person(case))
    sent = {f"line_{case.lines.get().pk}": "NOBODY-SELLS", "confirmed": "yes"}
    assert "NOBODY-SELLS" in text_of(client.post(page(case, "instead"), sent, follow=True))
    assert acts.fresh(case).revision == 1


@pytest.mark.parametrize("name", ["instead", "pay_back"])
@pytest.mark.parametrize("who", [foreign, dock, finance])
def test_others_change_nothing(client: Client, name: str, who: Who) -> None:
    case = exchange_case()
    client.force_login(who(case))
    sent = {"reason": "x", "confirmed": "yes"}
    assert client.post(page(case, name), sent).status_code in (302, 403, 404)
    case = acts.fresh(case)
    assert (case.kind, case.revision) == (Kind.EXCHANGE, 1)


def test_money_instead_asks_why(client: Client) -> None:
    case = exchange_case()
    client.force_login(service_person(case))
    assert client.get(page(case, "pay_back")).status_code == 200
    client.post(page(case, "pay_back"), {"reason": "sold out", "confirmed": "yes"})
    assert acts.fresh(case).kind == Kind.RETURN_REFUND


def test_return_offers_neither(client: Client) -> None:
    case = open_case()
    client.force_login(service_person(case))
    for name in ("instead", "pay_back"):
        client.post(page(case, name), {"reason": "x", "confirmed": "yes"})
    assert acts.fresh(case).revision == 1


def test_pages_show_the_replacement_and_its_parcel(client: Client) -> None:
    case = received()
    order = case.exchange_order
    assert order is not None
    client.force_login(supervisor(case))
    decide = reverse("aftersales:decide_case", args=[case.case_no])
    for address in (page(case), decide):
        assert order.order_no in text_of(client.get(address))
    parcel = ship(order)
    for address in (page(case), decide):
        assert str(parcel.waybill_no) in text_of(client.get(address))


def test_approver_reads_what_is_sent_and_no_sum_of_money(client: Client) -> None:
    case, larger = exchange_case(), SkuFactory.create()
    stock(case, larger)
    line = case.lines.get()
    line.wanted_sku = larger
    line.save()
    client.force_login(supervisor(case))
    with override("en"):
        shown = text_of(client.get(reverse("aftersales:decide_case", args=[case.case_no])))
    assert larger.code in shown


def standings(case: AfterSalesCase) -> list[Standing]:
    case = acts.fresh(case)
    parcel = acts.expected_of(case) if case.approved_at else None
    return [step.standing for step in steps(case, parcel=parcel)]


def test_buyer_follows_the_replacement_instead_of_the_money() -> None:
    case = open_case(kind=Kind.EXCHANGE, reason=Reason.SIZE)
    stock(case, case.lines.get().sku)
    assert standings(case) == [DONE, NOW_, NEXT, NEXT, NEXT]
    case = acts.receive(acts.approve(case))
    assert standings(case) == [DONE, DONE, DONE, DONE, NOW_]
    assert case.exchange_order is not None
    parcel = ship(case.exchange_order)
    last = steps(acts.fresh(case), parcel=acts.expected_of(case))[-1]
    assert last.standing == DONE
    assert str(parcel.waybill_no) in last.text
