"""A label that only the platform's print component opens: refused, sent again, printed anew."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import Page, WebSocketRoute, expect

from oms.models import Shipment
from tests.factories.warehouse import Floor
from tests.journeys.hands import open_station, scan, sign_in
from tests.warehouse.services.platform_bench import (
    COMPONENT,
    Desk,
    account_of,
    hide_receiver,
    served,
)
from warehouse.models import Waybill

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Component:
    """What listens on the packer's own computer; ``says`` is how its next answers go."""

    says: str = "failed"
    keys: list[str] = field(default_factory=list)

    def listen(self, socket: WebSocketRoute) -> None:
        def answer(message: str | bytes) -> None:
            key = str(message).partition(":")[0]
            self.keys.append(key)
            socket.send("no answer to anything")
            socket.send(json.dumps({"cmd": "print", "requestID": "of another", "status": "failed"}))
            told = {"cmd": "print", "requestID": key, "status": self.says, "msg": "缺纸"}
            socket.send(json.dumps(told))

        socket.on_message(answer)


@pytest.fixture
def floor(db: None) -> Iterator[Floor]:
    with served(Desk()) as desk:
        floor = Floor(now=timezone.now())
        account_of(floor, desk)
        floor.packed({floor.goods(9): 1})
        hide_receiver(Shipment.objects.get())
        yield floor


def test_label_goes_to_the_component_once_for_each_print(floor: Floor, phone: Page) -> None:
    component = Component()
    phone.route_web_socket(COMPONENT, component.listen)
    sign_in(phone, floor)
    open_station(phone, "label")
    scan(phone, Shipment.objects.get().package_no)
    expect(phone.locator(".parcel-issued")).to_be_visible()
    phone.locator(".parcel button.primary").tap()
    expect(phone.locator("#stop-text")).to_contain_text("缺纸")
    phone.locator("#understood").tap()
    component.says = "success"
    phone.locator(".parcel button.primary").tap()
    expect(phone.locator(".parcel button.quiet")).to_be_visible()
    component.says = "failed"
    phone.locator(".parcel button.quiet").tap()
    phone.locator("#ask-choices button").first.tap()
    expect(phone.locator("#stop")).to_be_visible()
    waybill = Waybill.objects.get()
    assert waybill.print_count == 2
    first, second = (f"{waybill.client_order_id}-{at}" for at in (1, 2))
    assert component.keys == [first, first, second]


def test_component_that_is_not_there_is_named(floor: Floor, phone: Page) -> None:
    phone.route_web_socket(COMPONENT, lambda socket: socket.close())
    sign_in(phone, floor)
    open_station(phone, "label")
    scan(phone, Shipment.objects.get().package_no)
    expect(phone.locator(".parcel-issued")).to_be_visible()
    phone.locator(".parcel button.primary").tap()
    expect(phone.locator("#stop-text")).to_contain_text("Bench printer")
    phone.locator("#understood").tap()
    expect(phone.locator(".parcel button.primary")).to_be_visible()
    assert Waybill.objects.get().print_count == 1
