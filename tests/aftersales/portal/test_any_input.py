"""Whatever is typed into the forms, the answer is a page and never a fault of ours."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from aftersales.models import AfterSalesCase
from aftersales.portal.forms import ReturnForm
from aftersales.services.links import make_status_link
from aftersales.services.units import free_units
from oms.models import Order
from tests.aftersales import acts
from tests.aftersales.portal.buyer import form_url
from tests.factories.aftersales import NOW, open_case, shipped_order

unhurried = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
text = st.text(max_size=60) | st.sampled_from(
    [
        "",
        "\0",
        "1",
        "-1",
        "９",
        "9" * 30,
        "1e9",
        "on",
        "return_refund",
        "damaged",
        "<b>",
        "💥",
        "\ud7ff",
    ]
)
sent = st.dictionaries(
    st.sampled_from(["reason", "kind", "words", "form_token", "photos", "act"]) | text, text
)


class AnyInput(TestCase):
    """Hypothesis runs each example in a transaction of its own."""

    now: datetime = NOW

    @unhurried
    @given(sent, st.lists(text, min_size=2, max_size=2))
    def test_form(self, data: dict[str, str], units: list[str]) -> None:
        order = shipped_order(lines=2)
        keys = [item.pk for item in order.items.all()]
        posted: dict[str, Any] = dict(data)
        posted |= {f"units_{pk}": value for pk, value in zip(keys, units, strict=True)}
        posted |= {f"pick_{pk}": "on" for pk in keys}
        response = self.client.post(form_url(order, self.now), posted)
        assert response.status_code in (302, 404, 422, 429)
        assert AfterSalesCase.objects.filter(order=order).count() <= 1

    @unhurried
    @given(text, text)
    def test_lookup(self, order_no: str, waybill_no: str) -> None:
        data = {"order_no": order_no, "waybill_no": waybill_no}
        response = self.client.post(reverse("aftersales:lookup"), data)
        assert response.status_code in (200, 429)

    @unhurried
    @given(text, text)
    def test_parcel(self, carrier: str, waybill_no: str) -> None:
        case = acts.approve(open_case())
        token = make_status_link(case, now=self.now).token
        address = reverse("aftersales:send_back", kwargs={"token": token})
        response = self.client.post(address, {"carrier": carrier, "waybill_no": waybill_no})
        assert response.status_code in (302, 422)

    @unhurried
    @given(st.text(min_size=1, max_size=80).filter(lambda told: "/" not in told))
    def test_token(self, token: str) -> None:
        for name in ("form", "status"):
            address = reverse(f"aftersales:{name}", kwargs={"token": token})
            assert self.client.get(address).status_code == 404

    @unhurried
    @given(sent)
    def test_what_the_form_lets_through_can_be_asked_for(self, data: dict[str, str]) -> None:
        order: Order = shipped_order(lines__quantity=3)
        (free,) = free_units(order)
        form = ReturnForm({**data, f"pick_{free.item.pk}": "on"}, free=[free])
        if form.is_valid():
            assert 1 <= form.cleaned_data["units"][free.item.pk] <= free.units


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?x=\0", "?order_no=%00", "?" + "a" * 3000])
def test_addresses_may_hold_anything(client: Client, query: str) -> None:
    assert client.get(reverse("aftersales:lookup") + query).status_code == 200
