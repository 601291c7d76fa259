"""What people and parcels are found by comes under the newest index key, and merging goes on."""

from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import CharField
from pytest_django import Settings

from oms.dto import IncomingBuyer
from oms.models import Buyer, ExpectedReturn, MergeGroup, Order, Receiver
from oms.privacy.address import address_key, is_address
from oms.privacy.fingerprint import phone_fingerprint
from oms.queries.orders import matching
from oms.services.orders.address import is_other_address, was_overruled
from oms.services.rekeying.copies import COLUMN, copies, reindex_copies
from oms.services.rekeying.marks import reindex_receivers
from oms.services.rekeying.running import rekey
from tests.factories.basics import NOW
from tests.factories.incoming import HOME, Shop, incoming_order, moved_to
from tests.oms.models.samples import SAMPLES
from tests.oms.privacy.keys import NEW

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: Settings) -> Any:
    settings.OMS_INDEX_KEYS = dict(settings.OMS_INDEX_KEYS)
    return settings


def add_key(settings: Any) -> None:
    settings.OMS_INDEX_KEYS = settings.OMS_INDEX_KEYS | {2: NEW}


def drop_key(settings: Any) -> None:
    settings.OMS_INDEX_KEYS = {2: NEW}


def found(phone: str) -> list[str | None]:
    return [order.channel_order_no for order in Order.objects.filter(matching(phone))]


def test_marks_of_a_receiver_are_by_the_newest_key(keys: Any) -> None:
    Shop().take_in()
    add_key(keys)
    phones, addresses, _overruled = reindex_receivers(batch=10, dry_run=False)
    assert (phones.done, dict(phones.versions)) == (1, {2: 1})
    assert (addresses.done, dict(addresses.versions)) == (1, {2: 1})
    drop_key(keys)
    row = Receiver.objects.get()
    assert row.phone_fingerprint == phone_fingerprint(HOME.phone, keys.OMS_INDEX_KEYS)
    assert row.address_key == str(address_key(HOME, keys.OMS_INDEX_KEYS))


def test_order_taken_in_after_the_change_merges_with_one_from_before(keys: Any) -> None:
    shop = Shop()
    before = shop.take_in(incoming_order("1"))
    add_key(keys)
    after = shop.take_in(incoming_order("2"))
    assert before.merge_key != after.merge_key
    MergeGroup.objects.create(
        group_no="M1", store=shop.store, merge_key=before.merge_key, made_at=NOW
    )
    reindex_receivers(batch=1, dry_run=False)
    before.refresh_from_db()
    assert before.merge_key == after.merge_key == MergeGroup.objects.get().merge_key


def test_address_told_again_is_no_other_address_whatever_the_key(keys: Any) -> None:
    receiver = Shop().take_in().receiver
    same = replace(HOME, street=f" {HOME.street}")
    add_key(keys)
    assert not is_other_address(receiver, told=same)
    assert is_other_address(receiver, told=moved_to("别路1号"))


def test_overruled_address_stays_overruled(keys: Any) -> None:
    shop = Shop()
    order, elsewhere = shop.take_in(), shop.take_in(incoming_order("2", receiver=moved_to("别路")))
    assert order.receiver is not None
    assert elsewhere.receiver is not None
    order.overruled_address_key = order.receiver.address_key
    order.receiver = elsewhere.receiver
    order.save()
    add_key(keys)
    assert was_overruled(order, told=HOME)
    overruled = reindex_receivers(batch=1, dry_run=False)[2]
    assert (overruled.done, dict(overruled.versions)) == (1, {2: 1})
    order.refresh_from_db()
    drop_key(keys)
    assert was_overruled(order, told=HOME)
    assert not was_overruled(order, told=moved_to("别路"))


def test_receiver_who_cannot_be_known_has_the_empty_key() -> None:
    nobody = replace(HOME, street="")
    assert is_address(nobody, "", keys={1: NEW})
    assert not is_address(HOME, "", keys={1: NEW})
    assert not is_address(HOME, "p9:00", keys={1: NEW})


def test_orders_are_found_by_phone_before_and_after(keys: Any) -> None:
    Shop().take_in()
    add_key(keys)
    assert found(HOME.phone) == ["1001"]
    reindex_receivers(batch=10, dry_run=False)
    drop_key(keys)
    assert found(HOME.phone) == ["1001"]


def test_return_is_known_by_the_new_mark_of_its_sender(keys: Any) -> None:
    receiver = Shop().take_in().receiver
    assert receiver is not None
    marks = {COLUMN: receiver.phone_fingerprint, "sender_phone_tail": receiver.phone_tail}
    known, stranger = SAMPLES[ExpectedReturn](), SAMPLES[ExpectedReturn]()
    ExpectedReturn.objects.filter(pk=known.pk).update(**marks)
    ExpectedReturn.objects.filter(pk=stranger.pk).update(**marks | {COLUMN: "1:" + "0" * 32})
    add_key(keys)
    reindex_receivers(batch=10, dry_run=False)
    tally = reindex_copies(ExpectedReturn, batch=1, dry_run=False)
    assert (tally.done, dict(tally.versions)) == (1, {1: 1, 2: 1})
    receiver.refresh_from_db()
    prints = dict(ExpectedReturn.objects.values_list("pk", COLUMN))
    assert prints[known.pk] == receiver.phone_fingerprint
    assert prints[stranger.pk].startswith("1:")


def test_receiver_who_cannot_be_read_does_not_keep_the_others_back(keys: Any) -> None:
    shop = Shop()
    good, bad = shop.take_in(incoming_order("1")), shop.take_in(incoming_order("2"))
    with connection.cursor() as cursor:
        sql = "UPDATE oms_receiver SET phone = %s WHERE id = %s"
        cursor.execute(sql, [b"\x01" + b"x" * 40, bad.receiver_id])
    add_key(keys)
    phones = reindex_receivers(batch=10, dry_run=False)[0]
    assert (phones.done, phones.rows, dict(phones.versions)) == (1, [bad.receiver_id], {1: 1, 2: 1})
    assert good.receiver is not None
    good.receiver.refresh_from_db()
    assert good.receiver.phone_fingerprint.startswith("2:")


def test_buyer_known_by_an_older_fingerprint_is_known_again(keys: Any) -> None:
    shop = Shop()
    old, new = f"1:{'a' * 32}", f"2:{'b' * 32}"
    buyer = shop.take_in(incoming_order("1", buyer=IncomingBuyer(channel_buyer_id=old))).buyer
    add_key(keys)
    told = IncomingBuyer(channel_buyer_id=new, former_ids=(old,))
    again = shop.take_in(incoming_order("2", buyer=told)).buyer
    assert again == buyer
    assert Buyer.objects.get().channel_buyer_id == new


def test_trial_counts_the_marks_and_changes_none(keys: Any) -> None:
    shop = Shop()
    shop.take_in(incoming_order(buyer=IncomingBuyer(channel_buyer_id=f"1:{'a' * 32}")))
    add_key(keys)
    before = Receiver.objects.values().get()
    report = rekey(dry_run=True)
    counts = {tally.column: tally.left(report.index) for tally in report.marks if tally.versions}
    assert counts == {
        "oms.Receiver.phone_fingerprint": 1,
        "oms.Receiver.address_key": 1,
        "oms.Buyer.channel_buyer_id": 1,
    }
    assert report.old_marks == 3
    assert Receiver.objects.values().get() == before


def test_every_column_of_marks_is_looked_after() -> None:
    """A column that is named like a mark and known to nobody would be lost with its key."""
    named = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, CharField) and field.name.endswith(("fingerprint", "address_key"))
    }
    looked_after = {tally.column for tally in rekey(dry_run=True).marks}
    assert named <= looked_after
    assert looked_after - named == {"oms.Buyer.channel_buyer_id"}
    assert len(copies()) >= 3
