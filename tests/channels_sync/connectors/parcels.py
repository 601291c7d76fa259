"""One invented parcel, as every platform's waybill service is asked for its number."""

from typing import Any

from oms.dto import CipherReceiver, Consignor, ParcelItem, PlatformWaybillRequest

RECEIVER = CipherReceiver(
    platform_ref="identity-1",
    name_cipher="#nidx#ncipher#1##",
    phone_cipher="$pidx$pcipher$1$$",
    street_cipher="#sidx#scipher#1##",
    name_mask="李**",
    phone_mask="138****1234",
    street_mask="文三路****",
    province="浙江省",
    city="杭州市",
    district="西湖区",
    town="文新街道",
)
SENDER = Consignor(
    name="王仓管",
    phone="13900001111",
    province="浙江省",
    city="杭州市",
    district="西湖区",
    street="木棉路1号",
)


def parcel(order_no: str, **changes: Any) -> PlatformWaybillRequest:
    """Ask for a parcel of one order by ZTO; fields may be changed."""
    told: dict[str, Any] = {
        "request_no": "PK260301-00000001-1",
        "carrier": "zto",
        "channel_order_nos": (order_no,),
        "receiver": RECEIVER,
        "sender": SENDER,
        "items": (ParcelItem(name="连帽衫", quantity=2), ParcelItem(name="T恤", quantity=1)),
        "weight_g": 1250,
        "branch_code": "57101",
        "template_url": "https://templates.example.com/zto/1.xml",
    }
    return PlatformWaybillRequest(**(told | changes))
