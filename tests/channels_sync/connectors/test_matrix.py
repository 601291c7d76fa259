"""The matrix cell by cell, as each platform's documents say; a new platform needs its row here.

What a promise rests on is shown by the platform's own tests; that halves and promises agree, by
test_promises.
"""

from dataclasses import astuple, dataclass

import pytest

from channels_sync.connectors.base import Decryption, MergeIdentity
from channels_sync.connectors.installed import connectors
from channels_sync.connectors.listening_installed import listeners
from channels_sync.connectors.mailboxes_installed import mailboxes
from channels_sync.connectors.waybills_installed import waybill_issuers

M, D = MergeIdentity, Decryption


@dataclass(frozen=True, slots=True)
class Row:
    """One platform; ``pushed``: messages come or wait for us, else it is only asked."""

    merge: MergeIdentity
    opens: Decryption
    a_day: int | None
    waybills: str
    pushed: bool
    cells: str
    """s shared tracking, p parcels of one order, c cash on delivery, f presale (a payment first),
    k the platform may choose the carrier, a address changes wait for our yes, b the platform tells
    the buyer, l refunds can be looked up live, m notes of the seller."""


ROWS = {
    "taobao": Row(M.OAID, D.BY_WAYBILL, None, "cainiao", True, "spcf--blm"),
    "jd": Row(M.NONE, D.BY_WAYBILL, None, "jd", False, "s-c---blm"),
    "pinduoduo": Row(M.OPEN_ADDRESS, D.BY_US, 100, "pinduoduo", False, "sp-fk-blm"),
    "doudian": Row(M.CIPHER_INDEX, D.BY_WAYBILL, None, "doudian", True, "spcf-ablm"),
    "youzan": Row(M.CIPHER_TEXT, D.BY_US, None, "", True, "sp-f--blm"),
    "weidian": Row(M.PLAIN, D.NOT_NEEDED, None, "", True, "spc---bl-"),
    "shopify": Row(M.PLAIN, D.NOT_NEEDED, None, "", True, "sp----b--"),
    "woocommerce": Row(M.PLAIN, D.NOT_NEEDED, None, "", True, "spc---b--"),
    "webhook": Row(M.PLAIN, D.NOT_NEEDED, None, "", True, "sp-------"),
}


def row_of(kind: str) -> Row:
    told = connectors.get(kind).capabilities
    marks = {
        "s": told.shared_tracking,
        "p": told.split_shipping,
        "c": told.cash_on_delivery,
        "f": told.presale,
        "k": told.chooses_carrier,
        "a": told.confirms_address_change,
        "b": told.notifies_buyer,
        "l": told.checks_refunds_live,
        "m": told.takes_memos,
    }
    return Row(
        told.merge_identity,
        told.decryption,
        told.decryptions_a_day,
        told.waybill_channel,
        told.sends_orders,
        "".join(letter if has else "-" for letter, has in marks.items()),
    )


def test_every_platform_has_its_row() -> None:
    ours = {
        one.kind for one in connectors if one.__module__.startswith("channels_sync.connectors.")
    }
    assert ours == ROWS.keys()


@pytest.mark.parametrize("kind", ROWS)
def test_platform_offers_what_its_documents_say(kind: str) -> None:
    assert astuple(row_of(kind)) == astuple(ROWS[kind])


@pytest.mark.parametrize("kind", ROWS)
def test_waybill_channel_is_one_that_issues(kind: str) -> None:
    channel = ROWS[kind].waybills
    assert (kind in waybill_issuers) is bool(channel)
    assert not channel or waybill_issuers.get(kind).channel == channel


@pytest.mark.parametrize("kind", ROWS)
def test_platform_that_tells_is_heard_somewhere(kind: str) -> None:
    is_heard = kind in listeners or kind in mailboxes or kind in ("webhook", "shopify")
    assert ROWS[kind].pushed is is_heard
