"""What every public page must hold to: headers, tokens, sizes, methods."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from aftersales.models import AfterSalesCase
from aftersales.portal.guard import MAX_FORM_BYTES, POLICY
from aftersales.portal.qr import QUIET, draw
from aftersales.services.links import make_status_link
from tests.aftersales import acts
from tests.aftersales.portal.buyer import answers, form_url, text_of
from tests.factories.aftersales import open_case, shipped_order

pytestmark = pytest.mark.django_db


def pages(now: datetime) -> dict[str, str]:
    case = acts.approve(open_case())
    token = make_status_link(case, now=now).token
    return {
        "lookup": reverse("aftersales:lookup"),
        "form": form_url(shipped_order(), now),
        "status": reverse("aftersales:status", kwargs={"token": token}),
        "send_back": reverse("aftersales:send_back", kwargs={"token": token}),
        "withdraw": reverse("aftersales:withdraw", kwargs={"token": token}),
        "gone": reverse("aftersales:status", kwargs={"token": "A" * 22}),
    }


def test_every_page_forbids_scripts_and_keeping(client: Client, now: datetime) -> None:
    for name, address in pages(now).items():
        response = client.get(address)
        assert response["Content-Security-Policy"] == POLICY, name
        assert response["Cache-Control"] == "no-store", name
        assert response["X-Robots-Tag"] == "noindex, nofollow", name
        assert response["X-Frame-Options"] == "DENY", name
        assert response["X-Content-Type-Options"] == "nosniff", name


def test_policy_allows_neither_scripts_nor_foreign_pictures() -> None:
    assert "default-src 'none'" in POLICY
    assert "script-src" not in POLICY
    assert "unsafe" not in POLICY


def test_pages_hold_no_script_and_no_inline_style(client: Client, now: datetime) -> None:
    for name, address in pages(now).items():
        page = text_of(client.get(address)).lower()
        for forbidden in ("<script", "style=", "onclick", "onsubmit", "javascript:", "http://"):
            assert forbidden not in page, (name, forbidden)


def test_forms_without_their_token_change_nothing(now: datetime) -> None:
    strict = Client(enforce_csrf_checks=True)
    order = shipped_order()
    before = acts.approve(open_case())
    token = make_status_link(before, now=now).token
    sent = {"carrier": "sf", "waybill_no": "SF1234567890"}
    for address, data in (
        (reverse("aftersales:lookup"), {"order_no": "1", "waybill_no": "2"}),
        (form_url(order, now), answers(order)),
        (reverse("aftersales:send_back", kwargs={"token": token}), sent),
        (reverse("aftersales:withdraw", kwargs={"token": token}), {}),
    ):
        assert strict.post(address, data).status_code == 403
    assert list(AfterSalesCase.objects.all()) == [before]
    assert acts.fresh(before).status == "open"
    assert acts.expected_of(before).return_waybill_no == ""


@pytest.mark.parametrize("name", ["send_back", "withdraw"])
def test_what_changes_something_is_never_done_by_a_link(
    client: Client, now: datetime, name: str
) -> None:
    assert client.get(pages(now)[name]).status_code == 405


def test_request_that_is_too_long_is_refused_unread(client: Client, now: datetime) -> None:
    class Unreadable:
        def read(self, *_args: object) -> bytes:
            raise AssertionError("the body was read")

        readline = read

    body: dict[str, Any] = {"wsgi.input": Unreadable()}
    response = client.generic(
        "POST",
        form_url(shipped_order(), now),
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(MAX_FORM_BYTES + 1),
        **body,
    )
    assert response.status_code == 413
    assert not AfterSalesCase.objects.exists()


def test_drawn_code_is_square_with_a_quiet_zone() -> None:
    drawing = draw("AS261111-7K3M9QXA")
    # Version 1 of ISO/IEC 18004 holds 20 such characters at level M, in 21 modules a side.
    assert drawing.size == 21 + 2 * QUIET
    assert drawing.path.startswith(f"M{QUIET} {QUIET}h7v1H{QUIET}z")
    assert draw("AS261111-7K3M9QXB").path != drawing.path
