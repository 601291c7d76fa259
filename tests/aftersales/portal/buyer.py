"""A buyer with a telephone: looks the order up, fills the form in, follows the case."""

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from aftersales.services.links import look_up
from oms.models import Order
from tests.factories.aftersales import parcel_of, photo

PORTAL = "aftersales"


def form_url(order: Order, now: datetime) -> str:
    waybill_no, order_no = str(parcel_of(order).waybill_no), str(order.channel_order_no)
    made = look_up(waybill_no, order_no=order_no, now=now)
    assert made is not None
    return reverse("aftersales:form", kwargs={"token": made.token})


def answers(order: Order, **changed: Any) -> dict[str, Any]:
    """Fill everything in: the first item, changed my mind, return and refund."""
    item = order.items.order_by("pk")[0]
    given: dict[str, Any] = {
        f"pick_{item.pk}": "on",
        f"units_{item.pk}": str(item.quantity),
        "reason": "changed_mind",
        "kind": "return_refund",
        "words": "",
        "form_token": "one-form",
    }
    given |= changed
    return {name: value for name, value in given.items() if value is not None}


def jpeg(name: str = "photo.jpg", **drawn: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(**drawn), "image/jpeg")


def send_form(client: Client, order: Order, now: datetime, **changed: Any) -> Any:
    return client.post(form_url(order, now), answers(order, **changed))


def text_of(response: Any) -> str:
    text: str = response.content.decode()
    return text
