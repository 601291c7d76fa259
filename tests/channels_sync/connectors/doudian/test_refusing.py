"""A no to Doudian: with the reason that was chosen, and photographs in its own storage."""

from dataclasses import replace
from typing import Any

import pytest

from channels_sync.connectors.outbound import RefusalReason, ReturnAnswer, Told
from oms.integration.errors import ErrorKind
from tests.channels_sync.connectors.scripted import caught

from .test_outbound import NO, OPERATED, REASONS, request
from .wire import Wire, done, refused

SHOWN = replace(NO, reason="1", photo_urls=("https://oms.example.com/channels/proof/x.jpg",))
FAILED = refused(50002, "isv.business-failed:10010", "素材下载失败，请重新上传")


def uploaded(status: int = 1, url: str = "") -> dict[str, Any]:
    return done(material_id="70", folder_id="0", audit_status=status, byte_url=url)


def looked_through(status: int, url: str = "") -> dict[str, Any]:
    info = {"material_id": "70", "audit_status": status, "byte_url": url}
    return done(material_info=info | {"audit_reject_desc": "涉嫌违规"})


def test_reasons_are_offered_with_what_they_want() -> None:
    wire = Wire(REASONS)
    assert wire.outbound.reasons_of("7200000000000000001") == (
        RefusalReason("1", "已签收", needs_photo=True),
        RefusalReason("7", "与买家协商一致"),
    )
    assert wire.params() == {"aftersale_id": 7200000000000000001}


def test_photograph_is_stored_there_before_the_no() -> None:
    wire = Wire(request(6, 1), REASONS, uploaded(), looked_through(3, "https://p3/a.jpg"), OPERATED)
    assert wire.outbound.send(SHOWN) == Told(channel_ref="7200000000000000001")
    assert wire.params(2)["url"] == SHOWN.photo_urls[0]
    assert wire.params(2)["need_distinct"] is True
    (item,) = wire.params()["items"]
    assert (item["reject_reason_code"], item["reason"]) == (1, "已签收")
    assert item["evidence"] == [{"type": 1, "url": "https://p3/a.jpg", "desc": "已签收"}]


def test_image_that_has_passed_is_not_asked_for() -> None:
    wire = Wire(request(6, 1), REASONS, uploaded(3, "https://p3/a.jpg"), OPERATED)
    wire.outbound.send(SHOWN)
    assert wire.path(2).endswith("/material/uploadImageSync")
    assert wire.path(3).endswith("/afterSale/operate")


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ([uploaded(), looked_through(2)], ErrorKind.RETRY),
        ([uploaded(), looked_through(4)], ErrorKind.FATAL),
        ([FAILED], ErrorKind.FATAL),
    ],
)
def test_no_waits_for_a_photograph_that_it_needs(
    steps: list[dict[str, Any]], kind: ErrorKind
) -> None:
    wire = Wire(request(6, 1), REASONS, *steps)
    assert caught(lambda: wire.outbound.send(SHOWN)).kind is kind


def test_no_that_needs_no_photograph_goes_without() -> None:
    wire = Wire(request(6, 1), REASONS, FAILED, OPERATED)
    wire.outbound.send(replace(SHOWN, reason="7"))
    (item,) = wire.params()["items"]
    assert (item["reject_reason_code"], "evidence" in item) == (7, False)


@pytest.mark.parametrize(
    ("push", "code"),
    [
        (replace(NO, reason="99"), "local:reason"),
        (replace(NO, reason="1"), "local:evidence"),
    ],
)
def test_reason_that_cannot_be_given_is_left_to_a_person(push: ReturnAnswer, code: str) -> None:
    error = caught(lambda: Wire(request(6, 1), REASONS).outbound.send(push))
    assert (error.kind, error.code) == (ErrorKind.FATAL, code)
