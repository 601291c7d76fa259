"""A package to ship, by people who do not exist, and recorded answers."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from oms.dto import PlainReceiver
from warehouse.dto import Address, CargoLine, Sender, WaybillRequest

RECORDINGS = Path(__file__).parents[2] / "recordings"

SENDER = Sender(
    name="仓库",
    phone="0571-26881234",
    company="测试小店",
    address=Address(province="浙江省", city="杭州市", district="余杭区", street="仓前街道1号"),
)
RECEIVER = PlainReceiver(
    name="张三",
    phone="13800138000",
    province="广东省",
    city="深圳市",
    district="南山区",
    town="粤海街道",
    street="科技园1号",
)
REQUEST = WaybillRequest(
    package_no="PK20261122-0002",
    sender=SENDER,
    receiver=RECEIVER,
    cargo=(CargoLine(name="纯棉短袖T恤", quantity=2, weight_g=180, unit_value=Decimal("59.90")),),
    weight_g=1250,
    product_code="2",
)


def request_to(street: str, *, package_no: str = REQUEST.package_no) -> WaybillRequest:
    """Ask for a waybill to a street of our choice."""
    return replace(REQUEST, package_no=package_no, receiver=replace(RECEIVER, street=street))


def recorded(name: str) -> Any:
    """Load a recorded payload, for instance ``sf/create_ok``."""
    return json.loads((RECORDINGS / "carriers" / f"{name}.json").read_text(encoding="utf-8"))


def recorded_bytes(name: str) -> bytes:
    """Load a recorded body as it came, with its extension."""
    return (RECORDINGS / "carriers" / name).read_bytes()


def vectors(name: str) -> dict[str, Any]:
    """Load a file of vectors."""
    text = (RECORDINGS / "vectors" / f"{name}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))
