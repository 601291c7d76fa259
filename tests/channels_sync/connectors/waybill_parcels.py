"""A parcel to be asked a number for, all invented."""

from dataclasses import replace
from decimal import Decimal

from oms.dto import CipherReceiver, Consignor, ParcelItem, PlatformWaybillRequest

RECEIVER = CipherReceiver(
    platform_ref="identity-1",
    name_cipher="~n~0~",
    phone_cipher="~p~0~",
    street_cipher="~s~0~",
    name_mask="李**",
    province="浙江省",
    city="杭州市",
    district="西湖区",
)
REQUEST = PlatformWaybillRequest(
    request_no="PK261111-00000001-1",
    carrier="zto",
    channel_order_nos=("2233000000000000001", "2233000000000000002"),
    receiver=RECEIVER,
    sender=Consignor(
        name="一号仓",
        phone="0571-88880000",
        province="浙江省",
        city="杭州市",
        district="余杭区",
        street="仓前路 1 号",
    ),
    items=(ParcelItem(name="卫衣", quantity=2),),
    weight_g=600,
    branch_code="57101",
    template_url="https://example.com/t/101",
)
CASH = replace(REQUEST, cod_amount=Decimal("99.50"), product="2", monthly_account="7550001")
DOCUMENT = '{"encryptedData":"AES:x","signature":"MD:y","templateURL":"http://t/101"}'
