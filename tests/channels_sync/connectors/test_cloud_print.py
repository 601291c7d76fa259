"""What a print component is told, and whom the waybill services are told about."""

import json

import pytest

from channels_sync.connectors import cloud_print
from oms.dto import CipherReceiver, Consignor, PlainReceiver
from tests.channels_sync.connectors.scripted import caught


def test_document_goes_to_the_component_as_it_came() -> None:
    data = json.dumps({"encryptedData": "AES:x", "signature": "MD:y", "templateURL": "http://t"})
    told = json.loads(cloud_print.print_message(data, task_no="PK1-1-2", waybill_no="78"))
    assert (told["cmd"], told["requestID"], told["version"]) == ("print", "PK1-1-2", "1.0")
    assert told["task"]["taskID"] == "PK1-1-2"
    assert told["task"]["documents"] == [{"documentID": "78", "contents": [json.loads(data)]}]


@pytest.mark.parametrize("data", ["", "{}", "[]", "null", "not json", "1", "[" * 2000])
def test_what_is_no_document_is_malformed(data: str) -> None:
    error = caught(lambda: cloud_print.document_of(data))
    assert error.outcome_unknown


@pytest.mark.parametrize(
    ("phone", "field"),
    [("13800000000", "mobile"), ("0571-88880000", "phone"), ("4008888888", "phone")],
)
def test_sender_s_number_goes_where_it_belongs(phone: str, field: str) -> None:
    told = cloud_print.sender(
        Consignor(name="仓", phone=phone, province="浙江省", city="", district="", street="路 1 号")
    )
    assert told == {
        "name": "仓",
        "address": {"province": "浙江省", "detail": "路 1 号"},
        field: phone,
    }


def test_ciphertext_goes_as_it_was_told_and_masks_where_there_is_none() -> None:
    hidden = CipherReceiver(
        platform_ref="o", name_cipher="~n~", name_mask="李*", phone_mask="138****", city="杭州市"
    )
    told = cloud_print.recipient(hidden)
    assert told == {"name": "~n~", "mobile": "138****", "address": {"city": "杭州市"}}
    plain = PlainReceiver(name="李", phone="13800000000", street="路 2 号")
    assert cloud_print.recipient(plain)["address"] == {"detail": "路 2 号"}
