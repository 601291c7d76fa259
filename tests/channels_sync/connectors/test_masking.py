"""What a buyer wrote, or a plugin kept about him, is in no record of a call."""

import json
from collections.abc import Callable

import pytest

from channels_sync.connectors.masking import mask_call
from oms.integration.wire import JSON


@pytest.mark.parametrize(
    "told",
    [
        {"note": "ring twice"},
        {"order": {"customer_note": "ring twice"}},
        {"id": 7, "meta_data": [{"id": 1, "key": "_vat", "value": "ring twice"}]},
        {"waybill_infos": [{"track_no": "1", "print_data": "ring twice"}]},
        {"prePrintDatas": [{"wayBillNo": "1", "perPrintData": "ring twice"}]},
        {"memo": "x", "note": "ring twice", "customer_note": "ring twice"},
    ],
)
def test_free_words_are_masked(told: dict[str, object]) -> None:
    assert "ring twice" not in mask_call(JSON, json.dumps(told).encode())


def test_what_names_nobody_stays() -> None:
    told = {"id": 727, "status": "processing", "customer_note": "x"}
    shown = json.loads(mask_call(JSON, json.dumps(told).encode()))
    assert (shown["id"], shown["status"]) == (727, "processing")


@pytest.mark.parametrize("nest", [str, json.dumps], ids=["plain", "json in json"])
def test_address_of_a_proof_opens_nothing_for_whoever_reads_the_log(
    nest: Callable[[str], str],
) -> None:
    address = "https://oms.example/channels/proof/WyJBUyJd:sig-na_ture.jpg"
    told = {"param_json": nest(json.dumps({"folder_id": "0", "link": address}))}
    shown = mask_call(JSON, json.dumps(told).encode())
    assert "sig-na_ture" not in shown
    assert "channels/proof/" in shown
