"""A whole station's work with the phone, as one step of a story."""

from playwright.sync_api import Page, expect

from oms.models import Shipment, Sku
from tests.journeys.hands import big, open_station, press, say_understood, scan
from tests.journeys.stage import Stage
from warehouse.models import Waybill


def pick(phone: Page, stage: Stage, *goods: Sku) -> None:
    """Fetch goods into the tote: to the bin, take, in the order of the shelves."""
    open_station(phone, "pick")
    press(phone, "START")
    scan(phone, stage.tote.code)
    for sku in goods:
        shelf = "A-01" if sku == stage.hoodie else "B-02"
        big(phone, shelf)
        scan(phone, shelf)
        scan(phone, sku.barcodes.get().code)


def pack(phone: Page, stage: Stage, *goods: Sku, refused: Sku | None = None) -> str:
    """Check the tote's goods into one parcel; return the waybill's number."""
    open_station(phone, "pack")
    scan(phone, stage.tote.code)
    if refused is not None:
        scan(phone, refused.code)
        say_understood(phone, refused.name)
    for sku in goods:
        scan(phone, sku.code)
    expect(phone.locator(".parcel-issued")).to_be_visible()
    number = Waybill.objects.get().waybill_no
    expect(phone.locator(".waybill")).to_have_text(number)
    return number


def hand_over(phone: Page, stage: Stage, number: str) -> None:
    open_station(phone, "hand_over")
    scan(phone, number)
    big(phone, "1")
    press(phone, "HANDOVER", sure=True)
    stage.work()
    assert Shipment.objects.get().status == "handed_over"
