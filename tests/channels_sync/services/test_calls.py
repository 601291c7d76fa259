"""What is written down about a call names nobody."""

import json

import pytest

from channels_sync.connectors.masking import mask_call
from channels_sync.services.calls import CallWriter
from oms.integration.wire import CallOutcome, CallRecord
from oms.models import CallLog


@pytest.mark.django_db
def test_record_is_stored_with_its_store_and_what_it_is_about() -> None:
    log = CallWriter(7)
    log.reference = "RF261111-00000001"
    record = CallRecord(
        kind="webhook",
        operation="x" * 200,
        method="POST",
        url="https://shop.example.com/" + "y" * 400,
        attempt=1,
        status=None,
        duration_ms=12,
        outcome=CallOutcome.FAILED,
        request_body="{}",
        error="无法连接对方服务",
    )
    log(record)
    call = CallLog.objects.get()
    assert (call.store_id, call.reference) == (7, "RF261111-00000001")
    assert (len(call.operation), len(call.url)) == (100, 300)
    assert (call.outcome, call.response_body) == ("failed", "无法连接对方服务")


@pytest.mark.parametrize("key", ["note", "shippingAddress", "phone", "name"])
def test_whatever_names_a_person_is_masked(key: str) -> None:
    body = json.dumps({"data": {"order": {"id": 1, key: "张三 call me"}}}).encode()
    shown = mask_call("application/json", body)
    assert "call me" not in shown
    assert '"id":1' in shown
